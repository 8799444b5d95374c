-- Which text messages a person wants, as before, and now in which language: theirs and that of all their charts, which is where
-- messages about visits take it from. Answers as the other parts do.
DROP FUNCTION session_set_contact(text, integer, text[], boolean[], timestamptz);

CREATE FUNCTION session_set_contact(token_hash_ text, version_ integer, language_ text, purposes text[], wanted_ boolean[],
                                    at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me uuid := session_user_of(token_hash_); now_ integer;
BEGIN
  UPDATE users SET language = language_, texts_version = texts_version + 1 WHERE id = me AND texts_version = version_
  RETURNING texts_version INTO now_;
  UPDATE patient SET language = language_ WHERE user_id = me AND language <> language_ AND now_ IS NOT NULL;
  INSERT INTO contact_preference AS c (user_id, purpose, wanted, changed_at)
  SELECT me, k.purpose, k.wanted, at FROM unnest(purposes, wanted_) AS k(purpose, wanted) WHERE now_ IS NOT NULL
  ON CONFLICT (user_id, purpose) DO UPDATE SET wanted = excluded.wanted, changed_at = excluded.changed_at;
  RETURN CASE WHEN me IS NOT NULL THEN coalesce(now_, 0) END;
END $$;

REVOKE EXECUTE ON FUNCTION session_set_contact FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_set_contact TO carelane_app;
