"""Companies, their projects and the people in them: platform rows and the tenant's staff rows, in one transaction."""
