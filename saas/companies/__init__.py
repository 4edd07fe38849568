"""Companies, their projects and the people in them: platform rows and each tenant's own staff rows, in one transaction."""
