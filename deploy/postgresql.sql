-- What PostgreSQL may write into its own log about the portal: that something failed, never what.
-- Once, as the database's superuser: psql -d portal -f deploy/postgresql.sql

-- An error's own sentence may quote a value; the portal writes down the kind and the place itself.
ALTER ROLE portal SET log_min_messages = 'fatal';
ALTER ROLE portal SET log_statement = 'none';
ALTER ROLE portal SET log_min_duration_statement = -1;
ALTER ROLE portal SET log_duration = off;
-- The statement that failed, and its parameters, are what somebody wrote.
ALTER ROLE portal SET log_min_error_statement = 'panic';
ALTER ROLE portal SET log_parameter_max_length = 0;
ALTER ROLE portal SET log_parameter_max_length_on_error = 0;
-- Without DETAIL, which quotes the failing row.
ALTER ROLE portal SET log_error_verbosity = 'terse';
-- The role that migrates and restores has statements with rows in them, too.
DO $$ DECLARE said text; BEGIN
  FOREACH said IN ARRAY ARRAY['log_min_messages = ''fatal''', 'log_statement = ''none''',
    'log_min_duration_statement = -1', 'log_duration = off', 'log_min_error_statement = ''panic''',
    'log_parameter_max_length = 0', 'log_parameter_max_length_on_error = 0',
    'log_error_verbosity = ''terse''']
  LOOP EXECUTE 'ALTER ROLE portal_owner SET ' || said; END LOOP;
END $$;
-- The moment of every commit, readable for ever: it would order the anonymous ones.
ALTER SYSTEM SET track_commit_timestamp = off;
