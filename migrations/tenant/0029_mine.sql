-- The count of what is one's own stands on every page: it reads the open cases only.
CREATE INDEX complaints_mine ON complaints (handler_id) WHERE state <> 'closed';
