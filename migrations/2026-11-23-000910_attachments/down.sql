DROP TABLE discarded_files, attachments, uploads;
