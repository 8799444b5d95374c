ALTER TABLE campaign ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON campaign TO carelane_app USING (tenant_id = ANY ((SELECT current_tenants())::uuid[]));
CREATE POLICY tenant ON invitation TO carelane_app USING (tenant_id = ANY ((SELECT current_tenants())::uuid[]));
GRANT SELECT, INSERT, UPDATE ON campaign, invitation TO carelane_app;
GRANT UPDATE (invited_at) ON patient TO carelane_app;

-- The practices with a campaign under way.
CREATE FUNCTION campaigns_running() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT tenant_id FROM campaign WHERE status = 'running' $$;

-- Whose chart a code opens, where that date of birth is the chart's; each call counts as one try. No row: no such code, used,
-- too late, tried too often, or another date.
CREATE FUNCTION invitation_try(code_hash_ text, birth_date_ date, most integer, at timestamptz,
                               OUT practice text, OUT given_name text, OUT mobile text, OUT has_account boolean)
RETURNS SETOF record LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH tried AS (
    UPDATE invitation i SET tries = i.tries + 1
     WHERE i.code_hash = code_hash_ AND i.closed_at IS NULL AND i.expires_at > at AND i.tries < most
    RETURNING i.tenant_id, i.patient_id)
  SELECT c.name, p.given_name, p.mobile, EXISTS (SELECT 1 FROM users u WHERE u.mobile = p.mobile)
    FROM tried t JOIN patient p ON p.tenant_id = t.tenant_id AND p.id = t.patient_id JOIN practice c ON c.id = t.tenant_id
   WHERE p.birth_date = birth_date_ AND p.user_id IS NULL $$;

-- The invitation that a right code and date of birth open, locked, with its chart; none as above.
CREATE FUNCTION invitation_open(code_hash_ text, birth_date_ date, at timestamptz) RETURNS SETOF invitation
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT i.* FROM invitation i JOIN patient p ON p.tenant_id = i.tenant_id AND p.id = i.patient_id
   WHERE i.code_hash = code_hash_ AND i.closed_at IS NULL AND i.expires_at > at AND p.birth_date = birth_date_ AND p.user_id IS NULL
   FOR UPDATE $$;

-- Gives the chart of an invitation to a user, and closes it and every other one for that chart.
CREATE FUNCTION invitation_use(i invitation, user_ uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE patient p SET user_id = user_ WHERE p.tenant_id = i.tenant_id AND p.id = i.patient_id;
  UPDATE invitation o SET closed_at = at, used_at = CASE WHEN o.id = i.id THEN at END
   WHERE o.tenant_id = i.tenant_id AND o.patient_id = i.patient_id AND o.closed_at IS NULL;
  UPDATE campaign c SET joined = joined + 1 WHERE c.tenant_id = i.tenant_id AND c.id = i.campaign_id;
END $$;

-- Makes an account for the person of an invitation. `said`: 'joined', or why not: 'nothing' (as above), 'mobile' (its number is
-- another account's), 'email' (so is the e-mail).
CREATE FUNCTION invitation_accept(code_hash_ text, birth_date_ date, user_ uuid, email_ text, password_hash_ text, at timestamptz,
                                  OUT said text, OUT tenant_id uuid, OUT patient_id uuid, OUT mobile text, OUT language text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE i invitation; p patient;
BEGIN
  said := 'nothing';
  SELECT * INTO i FROM invitation_open(code_hash_, birth_date_, at);
  IF NOT FOUND THEN RETURN; END IF;
  SELECT * INTO p FROM patient x WHERE x.tenant_id = i.tenant_id AND x.id = i.patient_id;
  IF EXISTS (SELECT 1 FROM users u WHERE u.mobile = p.mobile) THEN said := 'mobile'; RETURN; END IF;
  IF EXISTS (SELECT 1 FROM users u WHERE u.email = email_) THEN said := 'email'; RETURN; END IF;
  INSERT INTO users (id, name, email, mobile, language, created_at)
  VALUES (user_, p.given_name || ' ' || p.family_name, nullif(email_, ''), p.mobile,
          CASE WHEN p.language IN ('en', 'es') THEN p.language ELSE 'en' END, at);
  INSERT INTO credential (user_id, password_hash, changed_at) VALUES (user_, password_hash_, at);
  PERFORM invitation_use(i, user_, at);
  said := 'joined'; tenant_id := i.tenant_id; patient_id := i.patient_id; mobile := p.mobile; language := p.language;
EXCEPTION WHEN unique_violation THEN
  said := 'mobile';  -- someone was faster by a moment: the next try says what it is
END $$;

-- Adds the chart of an invitation to the account of whoever is signed in, where both have the same number. `said`: 'joined',
-- 'nothing', 'other' (another number, or a chart of theirs is there already), or NULL where nobody is signed in.
CREATE FUNCTION invitation_link(token_hash_ text, code_hash_ text, birth_date_ date, at timestamptz,
                                OUT said text, OUT tenant_id uuid, OUT patient_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE me uuid := session_user_of(token_hash_); i invitation; same boolean;
BEGIN
  IF me IS NULL THEN RETURN; END IF;
  said := 'nothing';
  SELECT * INTO i FROM invitation_open(code_hash_, birth_date_, at);
  IF NOT FOUND THEN RETURN; END IF;
  SELECT u.mobile = p.mobile INTO same FROM users u, patient p
   WHERE u.id = me AND p.tenant_id = i.tenant_id AND p.id = i.patient_id;
  IF NOT coalesce(same, false) OR EXISTS (SELECT 1 FROM patient x WHERE x.user_id = me AND x.tenant_id = i.tenant_id) THEN
    said := 'other'; RETURN;
  END IF;
  PERFORM invitation_use(i, me, at);
  said := 'joined'; tenant_id := i.tenant_id; patient_id := i.patient_id;
END $$;

REVOKE EXECUTE ON FUNCTION campaigns_running, invitation_try, invitation_open, invitation_use, invitation_accept, invitation_link
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campaigns_running TO carelane_pump;
GRANT EXECUTE ON FUNCTION invitation_try, invitation_accept, invitation_link TO carelane_app;
