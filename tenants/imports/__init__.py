"""名册和台账的导入: read row by row, looked at by a person, then written once (B13)."""
