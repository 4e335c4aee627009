"""Where pictures lie: a bucket or a folder."""
