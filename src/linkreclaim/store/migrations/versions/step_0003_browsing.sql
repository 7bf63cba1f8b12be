ALTER TABLE site ADD COLUMN listed_run_id INTEGER;
ALTER TABLE decision ADD COLUMN batch_id INTEGER;
ALTER TABLE decision ADD COLUMN seen TEXT DEFAULT '{}' NOT NULL;
CREATE INDEX ix_decision_batch_id ON decision (batch_id);
UPDATE decision SET seen = coalesce((
  SELECT json_object('verdict', look.verdict, 'cause', coalesce(finding.cause, 'unsure'),
    'target_url', coalesce(finding.target_url, ''))
  FROM look LEFT JOIN finding ON finding.run_id = look.run_id AND finding.url_id = look.url_id
  WHERE look.run_id = decision.run_id AND look.url_id = decision.url_id), '{}');
CREATE TABLE decision_batch (
  id INTEGER NOT NULL,
  site_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  "view" TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at TEXT NOT NULL,
  undoes_id INTEGER,
  PRIMARY KEY (id),
  FOREIGN KEY(site_id) REFERENCES site (id)
);
CREATE INDEX ix_decision_batch_site_id ON decision_batch (site_id);
CREATE TABLE dead_page (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  url_id INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  merit INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  cause TEXT NOT NULL,
  disposition TEXT NOT NULL,
  state TEXT NOT NULL,
  changed TEXT NOT NULL,
  folder TEXT NOT NULL,
  host TEXT NOT NULL,
  match_confidence_0_1 FLOAT NOT NULL,
  links INTEGER NOT NULL,
  referring_domains INTEGER NOT NULL,
  links_seen INTEGER NOT NULL,
  equity_share_0_1 FLOAT NOT NULL,
  running_share_0_1 FLOAT NOT NULL,
  first_seen_dead TEXT NOT NULL,
  looks_dead INTEGER NOT NULL,
  confirmed BOOLEAN NOT NULL,
  former_host BOOLEAN NOT NULL,
  revision INTEGER NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  target_url TEXT NOT NULL,
  old_title TEXT NOT NULL,
  url TEXT NOT NULL,
  search_text TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (run_id, url_id),
  FOREIGN KEY(run_id) REFERENCES run (id),
  FOREIGN KEY(url_id) REFERENCES url (id)
);
CREATE INDEX dead_page_by_cause ON dead_page (run_id, cause, rank);
CREATE INDEX dead_page_by_confidence ON dead_page (run_id, match_confidence_0_1, merit);
CREATE INDEX dead_page_by_decided ON dead_page (run_id, decided_at, merit);
CREATE INDEX dead_page_by_disposition ON dead_page (run_id, disposition, rank);
CREATE INDEX dead_page_by_domains ON dead_page (run_id, referring_domains, merit);
CREATE INDEX dead_page_by_first_seen ON dead_page (run_id, first_seen_dead, merit);
CREATE INDEX dead_page_by_folder ON dead_page (run_id, folder, verdict, cause, disposition, state, changed, host, match_confidence_0_1, links, referring_domains, rank, merit);
CREATE INDEX dead_page_by_links ON dead_page (run_id, links, merit);
CREATE INDEX dead_page_by_rank ON dead_page (run_id, rank);
CREATE INDEX dead_page_by_state ON dead_page (run_id, state, rank);
CREATE INDEX dead_page_by_target ON dead_page (run_id, target_url, rank);
CREATE INDEX dead_page_by_title ON dead_page (run_id, old_title, rank);
CREATE INDEX dead_page_by_url ON dead_page (run_id, url, rank);
CREATE INDEX dead_page_by_verdict ON dead_page (run_id, verdict, rank);
CREATE INDEX dead_page_changed ON dead_page (run_id, rank) WHERE changed <> '';
CREATE INDEX dead_page_facts ON dead_page (run_id, verdict, cause, disposition, state, changed, folder, host, match_confidence_0_1, links, referring_domains, rank, merit);
CREATE TABLE dead_page_cell (
  run_id INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  cause TEXT NOT NULL,
  disposition TEXT NOT NULL,
  state TEXT NOT NULL,
  changed BOOLEAN NOT NULL,
  folder TEXT NOT NULL,
  host TEXT NOT NULL,
  pages INTEGER NOT NULL,
  PRIMARY KEY (run_id, verdict, cause, disposition, state, changed, folder, host),
  FOREIGN KEY(run_id) REFERENCES run (id)
)
 WITHOUT ROWID;
CREATE TABLE page_words (
  url_id INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (url_id),
  FOREIGN KEY(url_id) REFERENCES url (id)
);
CREATE INDEX ix_page_words_key ON page_words ("key");
CREATE TABLE saved_view (
  id INTEGER NOT NULL,
  site_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  "query" TEXT NOT NULL,
  saved_by TEXT NOT NULL,
  saved_at TEXT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (site_id, name),
  FOREIGN KEY(site_id) REFERENCES site (id)
);
CREATE VIRTUAL TABLE dead_page_text USING fts5(search_text, content='dead_page', content_rowid='id', tokenize='trigram case_sensitive 1', detail=none, columnsize=0);
CREATE VIRTUAL TABLE page_words_text USING fts5(words, content='page_words', content_rowid='url_id', tokenize='unicode61 remove_diacritics 2', prefix='2 3', detail=none, columnsize=0);
