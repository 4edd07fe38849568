"""物业服务报告: the quarterly report of a project, from the draft to a published, verifiable PDF (I1, I2, I3, I7)."""
