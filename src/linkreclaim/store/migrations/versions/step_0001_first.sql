-- The tables of the first workspaces, frozen.

CREATE TABLE domain (
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (name)
);

CREATE TABLE meta (
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE site (
  id INTEGER NOT NULL,
  host TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (host)
);

CREATE TABLE run (
  id INTEGER NOT NULL,
  site_id INTEGER NOT NULL,
  question TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  state TEXT NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(site_id) REFERENCES site (id)
);

CREATE INDEX ix_run_site_id ON run (site_id);

CREATE TABLE source_file (
  id INTEGER NOT NULL,
  site_id INTEGER NOT NULL,
  path TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  scope TEXT NOT NULL,
  tool TEXT NOT NULL,
  report TEXT NOT NULL,
  notes TEXT NOT NULL,
  rows_done INTEGER NOT NULL,
  claims INTEGER NOT NULL,
  off_site INTEGER NOT NULL,
  off_site_hosts TEXT NOT NULL,
  problems INTEGER NOT NULL,
  done BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (site_id, fingerprint),
  FOREIGN KEY(site_id) REFERENCES site (id)
);

CREATE TABLE url (
  id INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  url TEXT NOT NULL,
  domain_id INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE ("key"),
  FOREIGN KEY(domain_id) REFERENCES domain (id)
);

CREATE TABLE claim (
  id INTEGER NOT NULL,
  file_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  page_key TEXT,
  page_url TEXT,
  domain_id INTEGER,
  target_id INTEGER,
  anchor_text TEXT,
  context TEXT,
  rel INTEGER,
  place TEXT NOT NULL,
  first_seen_day INTEGER,
  last_seen_day INTEGER,
  lost_reason TEXT,
  page_title TEXT,
  page_status INTEGER,
  target_status INTEGER,
  target_soft_404 BOOLEAN NOT NULL,
  external_links INTEGER,
  links_in_group INTEGER NOT NULL,
  claimed_links INTEGER,
  claimed_domains INTEGER,
  domain_metric TEXT,
  domain_metric_value FLOAT,
  page_metric TEXT,
  page_metric_value FLOAT,
  PRIMARY KEY (id),
  FOREIGN KEY(file_id) REFERENCES source_file (id),
  FOREIGN KEY(domain_id) REFERENCES domain (id),
  FOREIGN KEY(target_id) REFERENCES url (id)
);

CREATE INDEX ix_claim_target_id ON claim (target_id);

CREATE TABLE decision (
  id INTEGER NOT NULL,
  site_id INTEGER NOT NULL,
  url_id INTEGER NOT NULL,
  run_id INTEGER,
  state TEXT NOT NULL,
  disposition TEXT NOT NULL,
  target_url TEXT,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(site_id) REFERENCES site (id),
  FOREIGN KEY(url_id) REFERENCES url (id),
  FOREIGN KEY(run_id) REFERENCES run (id)
);

CREATE INDEX decision_latest ON decision (site_id, url_id, id);

CREATE TABLE document (
  run_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  status_code INTEGER,
  body BLOB NOT NULL,
  PRIMARY KEY (run_id, name),
  FOREIGN KEY(run_id) REFERENCES run (id)
);

CREATE TABLE finding (
  run_id INTEGER NOT NULL,
  url_id INTEGER NOT NULL,
  cause TEXT NOT NULL,
  cause_confidence_0_1 FLOAT NOT NULL,
  cause_evidence TEXT NOT NULL,
  old_title TEXT NOT NULL,
  target_url TEXT,
  match_confidence_0_1 FLOAT NOT NULL,
  match_reason TEXT NOT NULL,
  candidates TEXT NOT NULL,
  disposition TEXT NOT NULL,
  PRIMARY KEY (run_id, url_id),
  FOREIGN KEY(run_id) REFERENCES run (id),
  FOREIGN KEY(url_id) REFERENCES url (id)
);

CREATE TABLE look (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  url_id INTEGER NOT NULL,
  checked_at TEXT NOT NULL,
  verdict TEXT NOT NULL,
  dead BOOLEAN NOT NULL,
  former_host BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  verdict_confidence_0_1 FLOAT NOT NULL,
  p_not_found_0_1 FLOAT,
  shape TEXT,
  evidence TEXT NOT NULL,
  hops TEXT NOT NULL,
  final_url TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (run_id, url_id),
  FOREIGN KEY(run_id) REFERENCES run (id),
  FOREIGN KEY(url_id) REFERENCES url (id)
);

CREATE INDEX ix_look_url_id ON look (url_id);

CREATE TABLE page (
  run_id INTEGER NOT NULL,
  url_id INTEGER NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  headings TEXT NOT NULL,
  text TEXT NOT NULL,
  lang TEXT NOT NULL,
  canonical TEXT NOT NULL,
  noindex BOOLEAN NOT NULL,
  live BOOLEAN NOT NULL,
  PRIMARY KEY (run_id, url_id),
  FOREIGN KEY(run_id) REFERENCES run (id),
  FOREIGN KEY(url_id) REFERENCES url (id)
);

CREATE TABLE page_look (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  url_id INTEGER NOT NULL,
  seen_at TEXT NOT NULL,
  outcome TEXT NOT NULL,
  status_code INTEGER,
  reason TEXT NOT NULL,
  final_url TEXT NOT NULL,
  title TEXT NOT NULL,
  noindex BOOLEAN NOT NULL,
  external_links INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (url_id, run_id),
  FOREIGN KEY(run_id) REFERENCES run (id),
  FOREIGN KEY(url_id) REFERENCES url (id)
);

CREATE TABLE row_problem (
  id INTEGER NOT NULL,
  file_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  reason TEXT NOT NULL,
  kept BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(file_id) REFERENCES source_file (id)
);

CREATE INDEX ix_row_problem_file_id ON row_problem (file_id);

CREATE TABLE target (
  site_id INTEGER NOT NULL,
  url_id INTEGER NOT NULL,
  links INTEGER NOT NULL,
  links_seen INTEGER NOT NULL,
  referring_domains INTEGER NOT NULL,
  value FLOAT NOT NULL,
  best_link TEXT NOT NULL,
  best_link_parts TEXT NOT NULL,
  anchors TEXT NOT NULL,
  said_dead BOOLEAN NOT NULL,
  PRIMARY KEY (site_id, url_id),
  FOREIGN KEY(site_id) REFERENCES site (id),
  FOREIGN KEY(url_id) REFERENCES url (id)
);

CREATE INDEX target_by_value ON target (site_id, value, url_id);

CREATE TABLE task (
  run_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  url_id INTEGER NOT NULL,
  priority FLOAT NOT NULL,
  done BOOLEAN NOT NULL,
  PRIMARY KEY (run_id, kind, url_id),
  FOREIGN KEY(run_id) REFERENCES run (id),
  FOREIGN KEY(url_id) REFERENCES url (id)
);

CREATE INDEX task_open ON task (run_id, kind, done, priority);

CREATE TABLE seen_link (
  id INTEGER NOT NULL,
  page_look_id INTEGER NOT NULL,
  target_id INTEGER NOT NULL,
  anchor_text TEXT NOT NULL,
  context TEXT NOT NULL,
  rel INTEGER NOT NULL,
  place TEXT NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(page_look_id) REFERENCES page_look (id),
  FOREIGN KEY(target_id) REFERENCES url (id)
);

CREATE INDEX ix_seen_link_page_look_id ON seen_link (page_look_id);

CREATE INDEX ix_seen_link_target_id ON seen_link (target_id);
