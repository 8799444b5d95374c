-- What a person chose for themselves, the same at every practice: read and written through their session alone.

-- Who a session belongs to, as before, and now with the person's profile.
CREATE OR REPLACE FUNCTION session_actor(token_hash_ text, at timestamptz, idle integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE s user_session; answer jsonb;
BEGIN
  SELECT * INTO s FROM user_session WHERE token_hash = token_hash_ AND ended_at IS NULL AND expires_at > at
     AND last_seen_at > at - make_interval(secs => idle);
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF s.last_seen_at < at - interval '1 minute' THEN
    UPDATE user_session SET last_seen_at = at WHERE token_hash = token_hash_ AND last_seen_at < at;
  END IF;
  SELECT jsonb_build_object('user_id', u.id, 'name', u.name, 'language', u.language,
    'profile', jsonb_build_object('preferred_name', u.preferred_name, 'theme', u.theme, 'text_size', u.text_size,
                                  'visit_texts', text_wanted(u.id, 'visits'),
                                  'reminder_texts', text_wanted(u.id, 'reminders')),
    'charts', coalesce((SELECT jsonb_agg(jsonb_build_array(p.tenant_id, p.id) ORDER BY p.created_at, p.id) FROM patient p WHERE p.user_id = u.id), '[]'),
    'roles', coalesce((SELECT jsonb_agg(jsonb_build_array(m.tenant_id, m.role) ORDER BY m.created_at, m.id) FROM staff_member m WHERE m.user_id = u.id AND m.suspended_at IS NULL), '[]'))
  INTO answer FROM users u WHERE u.id = s.user_id AND u.suspended_at IS NULL;
  RETURN answer;
END $$;

-- Whether a person wants text messages of a purpose: yes, until they say no.
CREATE FUNCTION text_wanted(user_ uuid, purpose_ text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT c.wanted FROM contact_preference c WHERE c.user_id = user_ AND c.purpose = purpose_), true) $$;

-- Each answers the user of the session, or NULL where it has ended.
CREATE FUNCTION session_user_of(token_hash_ text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.user_id FROM user_session s WHERE s.token_hash = token_hash_ AND s.ended_at IS NULL $$;

CREATE FUNCTION session_set_name(token_hash_ text, name_ text) RETURNS uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE users SET preferred_name = name_ WHERE id = session_user_of(token_hash_) RETURNING id $$;

CREATE FUNCTION session_set_look(token_hash_ text, theme_ text, text_size_ text) RETURNS uuid
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE users SET theme = theme_, text_size = text_size_ WHERE id = session_user_of(token_hash_) RETURNING id $$;

CREATE FUNCTION session_set_contact(token_hash_ text, purposes text[], wanted_ boolean[], at timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me uuid := session_user_of(token_hash_);
BEGIN
  INSERT INTO contact_preference AS c (user_id, purpose, wanted, changed_at)
  SELECT me, k.purpose, k.wanted, at FROM unnest(purposes, wanted_) AS k(purpose, wanted) WHERE me IS NOT NULL
  ON CONFLICT (user_id, purpose) DO UPDATE SET wanted = excluded.wanted, changed_at = excluded.changed_at;
  RETURN me;
END $$;

-- The visits to remind of, as before, and now of nobody who wants no reminders.
CREATE OR REPLACE FUNCTION reminder_due(zones text[], leads integer[], since timestamptz[], until timestamptz[], at_ timestamptz,
                             most_day integer, most_week integer)
RETURNS TABLE (lead integer, tenant_id uuid, visit_id uuid, version integer, starts_at timestamptz, zone text, confirmed boolean,
               practice text, phone text, patient_id uuid, user_id uuid, mobile text, language text, own_zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT w.lead, v.tenant_id, v.id, v.version, v.starts_at, l.zone, v.confirmed_version IS NOT DISTINCT FROM v.version,
         p.name, p.phone, c.id, c.user_id, c.mobile, c.language, c.zone
  FROM unnest(zones, leads, since, until) AS w(zone, lead, since, until)
  JOIN practice p ON w.lead = ANY (p.reminder_hours)
  JOIN LATERAL (SELECT * FROM visit x WHERE x.tenant_id = p.id AND x.starts_at > w.since AND x.starts_at <= w.until
                  AND x.starts_at > at_ AND x.status = 'booked') v ON true
  JOIN location l ON l.tenant_id = v.tenant_id AND l.id = v.location_id AND l.zone = w.zone
  JOIN patient c ON c.tenant_id = v.tenant_id AND c.id = v.patient_id AND c.mobile <> ''
  WHERE w.since < w.until AND consent_holds(c.mobile, 'care') AND text_wanted(c.user_id, 'reminders')
    AND (SELECT count(*) FROM text_message m WHERE m.recipient = c.mobile AND m.kind = 'visit.reminder'
            AND m.created_at > at_ - interval '1 day') < most_day
    AND (SELECT count(*) FROM text_message m WHERE m.recipient = c.mobile AND m.kind = 'visit.reminder'
            AND m.created_at > at_ - interval '7 days') < most_week $$;

-- What no practice holds on a person, as JSON: at most a thousand rows of each kind, the newest.
CREATE FUNCTION session_data(token_hash_ text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'person', (SELECT jsonb_agg(jsonb_build_object('name', u.name, 'preferred_name', u.preferred_name, 'email', u.email,
        'mobile', u.mobile, 'language', u.language, 'theme', u.theme, 'text_size', u.text_size, 'created_at', u.created_at,
        'suspended_at', u.suspended_at, 'password_changed_at', c.changed_at))
      FROM users u LEFT JOIN credential c ON c.user_id = u.id WHERE u.id = me.id),
    'contact_preferences', (SELECT jsonb_agg(to_jsonb(c) - 'user_id' ORDER BY c.purpose) FROM contact_preference c WHERE c.user_id = me.id),
    'sign_ins', (SELECT jsonb_agg(to_jsonb(s) - 'token_hash' - 'user_id' ORDER BY s.started_at) FROM (
      SELECT * FROM user_session x WHERE x.user_id = me.id ORDER BY x.started_at DESC LIMIT 1000) s),
    'consents', (SELECT jsonb_agg(to_jsonb(e) - 'id' ORDER BY e.id) FROM (
      SELECT * FROM consent_event x WHERE x.mobile = me.mobile ORDER BY x.id DESC LIMIT 1000) e),
    'replies', (SELECT jsonb_agg(to_jsonb(r) - 'sid' ORDER BY r.at) FROM (
      SELECT * FROM text_reply x WHERE x.mobile = me.mobile ORDER BY x.at DESC LIMIT 1000) r),
    'unreachable', (SELECT jsonb_agg(to_jsonb(n)) FROM unreachable_mobile n WHERE n.mobile = me.mobile),
    'codes', (SELECT jsonb_agg(jsonb_build_object('sent_at', c.sent_at, 'expires_at', c.expires_at, 'tries', c.tries,
        'sends', c.sends, 'closed_at', c.closed_at) ORDER BY c.sent_at) FROM (
      SELECT * FROM sign_in_challenge x WHERE x.user_id = me.id ORDER BY x.sent_at DESC LIMIT 1000) c),
    'account_events', (SELECT jsonb_agg(jsonb_build_object('at', e.at, 'action', e.action, 'details', e.details,
        'transaction_id', e.transaction_id) ORDER BY e.id) FROM (
      SELECT * FROM audit_event x WHERE x.tenant_id = '00000000-0000-0000-0000-000000000000' AND x.user_id = me.id
       ORDER BY x.id DESC LIMIT 1000) e))
  FROM users me WHERE me.id = session_user_of(token_hash_) $$;

ALTER TABLE contact_preference ENABLE ROW LEVEL SECURITY;
REVOKE EXECUTE ON FUNCTION text_wanted, session_user_of, session_set_name, session_set_look, session_set_contact, session_data FROM PUBLIC;
GRANT EXECUTE ON FUNCTION text_wanted, session_set_name, session_set_look, session_set_contact, session_data TO carelane_app;
