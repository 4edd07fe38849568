"""客户沟通记录: every contact with a customer is one record (C1)."""
