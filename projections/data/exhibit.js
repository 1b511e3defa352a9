// Checks a bundle in the browser as verify.py does: same steps, same order, same faults (FORMAT.md section 15).
// Nothing is sent anywhere. Where the browser has no Ed25519 nothing passes, and that is said.

const EVER = Number.MAX_SAFE_INTEGER;
const TRUST = /^(ledger|key|anchor|policy|rules|clock|format)\.|^text\.erased\//;
const MAP = utf8.encode("zeren/heads/v1\n");

// --- archive ---

const CRC = Uint32Array.from({ length: 256 }, (_, at) => {
  let value = at;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function packed(...fields) {
  const bytes = new Uint8Array(fields.reduce((size, [width]) => size + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 8) view.setBigUint64(at, BigInt(value), true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}

function headerRest(crc, size, length) {
  return packed([2, 20], [2, 0], [2, 0], [2, 0], [2, 33], [4, crc], [4, size], [4, size], [2, length], [2, 0]);
}

function unzip(data, faults) {
  const files = new Map();
  const offsets = [];
  let [at, last] = [0, ""];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  while (data.length >= at + 30 && view.getUint32(at, true) === 0x04034b50) {
    const [crc, size, length] = [view.getUint32(at + 14, true), view.getUint32(at + 18, true), view.getUint16(at + 26, true)];
    const label = data.subarray(at + 30, at + 30 + length);
    const name = String.fromCharCode(...label);
    const fixed = join(packed([4, 0x04034b50]), headerRest(crc, size, length));
    const end = at + 30 + length + size;
    const good = /^[A-Za-z0-9_-]+([./][A-Za-z0-9_-]+)*$/.test(name);
    if (!good || name <= last || !same(data.subarray(at, at + 30), fixed) || end > data.length) {
      last = good ? name : last;
      break;
    }
    const content = data.subarray(end - size, end);
    files.set(name, content);
    if (crc32(content) !== crc) faults.push([name, "文件被改动 / the file was changed: its checksum does not fit"]);
    offsets.push(at);
    [at, last] = [end, name];
  }
  const start = at;
  let fits = true;
  const expect = (piece) => {
    fits &&= same(data.subarray(at, at + piece.length), piece);
    at += piece.length;
  };
  for (const offset of offsets) {
    const [crc, size, length] = [view.getUint32(offset + 14, true), view.getUint32(offset + 18, true), view.getUint16(offset + 26, true)];
    const label = data.subarray(offset + 30, offset + 30 + length);
    expect(join(packed([4, 0x02014b50], [2, 20]), headerRest(crc, size, length), new Uint8Array(10), packed([4, offset]), label));
  }
  let [count, listed, begins] = [offsets.length, at - start, start];
  if (count >= 0xffff) { // ZIP64, for the number of files alone: so large a file as needs it otherwise no page holds
    expect(packed([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, listed], [8, start]));
    expect(packed([4, 0x07064b50], [4, 0], [8, start + listed], [4, 1]));
    [count, listed, begins] = [0xffff, 0xffffffff, 0xffffffff];
  }
  expect(packed([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, listed], [4, begins], [2, 0]));
  if (!fits || at !== data.length) {
    faults.push([last, "压缩包在此之后损坏或截断 / the archive is cut off or damaged here or after this file"]);
  }
  return files;
}

// --- checkpoints ---

async function checkLog(note, log) {
  const [signed, lines] = parseNote(note);
  const [origin, size, root, rest, ...more] = signed.split("\n");
  const known = log.filter(([since]) => since <= Number(size)).at(-1);
  const key = known && known[1];
  const mine = key ? lines.filter((line) => line.label === key.label) : [];
  const wrong = !mine.length || origin !== key.name || rest !== "" || more.length || !/^(0|[1-9][0-9]{0,15})$/.test(size);
  refuse(wrong, "检查点错误 / a checkpoint that is malformed or not signed by the log key");
  for (const line of mine) await checkSignature(key, signed, line.signature);
  return [Number(size), d64(root, 32), signed];
}

// --- proofs ---

async function climb(index, last, nodes, proof) {
  // RFC 9162 2.1.3.2, 2.1.4.2: all nodes take siblings on the left, the last also on the right.
  const [left, half] = [Uint8Array.of(1), (value) => Math.floor(value / 2)];
  for (const sibling of proof) {
    refuse(!last, "证明过长 / the proof is too long");
    if (index % 2 || index === last) {
      nodes = await Promise.all(nodes.map((node) => sha(left, sibling, node)));
      while (index % 2 === 0 && index) [index, last] = [half(index), half(last)];
    } else {
      nodes = [...nodes.slice(0, -1), await sha(left, nodes.at(-1), sibling)];
    }
    [index, last] = [half(index), half(last)];
  }
  refuse(last, "证明过短 / the proof is too short");
  return nodes;
}

async function checkPath(key, path, end, root) {
  let [node, ending] = [new Uint8Array(32), key];
  if (end !== null) {
    ending = d64(end.key, 32);
    node = await sha(Uint8Array.of(0), MAP, ending, u64(end.count), u64(end.position), d64(end.leaf, 32));
  }
  const bits = (bytes) => Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const [mine, other] = [bits(key), bits(ending)];
  const empty = path.length > 0 && path.at(-1).every((byte) => byte === 0);
  const wrong = path.length > 256 || empty || mine.slice(0, path.length) !== other.slice(0, path.length);
  for (let level = path.length - 1; level >= 0; level--) {
    node = await sha(Uint8Array.of(1), MAP, ...(mine[level] === "1" ? [path[level], node] : [node, path[level]]));
  }
  refuse(wrong || !same(node, root), "映射路径错误 / the map path does not lead to the sealed root");
  return end !== null && same(ending, key);
}

// --- times ---

// When a policy's quorum is reached by members with these times; `order` puts the one that counts first to the front.
function reached(policy, times, order) {
  const known = new Map(times);
  for (const [, name, need, ...members] of policy.filter(([kind]) => kind === "group")) {
    const ranked = members.filter((member) => known.has(member)).map((member) => known.get(member)).sort(order);
    const number = { all: members.length, any: 1 }[need] ?? Number(need);
    if (ranked.length >= number) known.set(name, ranked[number - 1]);
  }
  return known.get(policy.find(([kind]) => kind === "quorum")[1]);
}

// --- consents ---

const RESERVED = /^(subject|consent|possession|asked_of)(\.(0|[1-9][0-9]*))?$/;
const WITHOUT = /^(ledger\.sealed\/|anchor\.|access\.|list\.|consent\.recorded\/)/; // of these nobody is asked
const SAYS = ["answer", "fingerprint", "made_at", "person", "to"];
const MAY_SAY = ["after", "capacity", "keys", "not_after", "reason"];
const NAMED = { counterpart: ["counterpart", "incoming"], chair: ["chair"], attendee: ["attendees", "non_voting"] };
const [MINUTE, DAY] = [60000, 86400000];
const [BUNDLE, REPORT, ISSUERS] = ["zeren/bundle/v2", "zeren/report/v1", ["inspector", "custodian", "recorder"]];
const baseOf = (name) => name.split(".")[0];

// What stands under `word.0`, `word.1`, ... without a gap.
function rowsOf(entry, word) {
  const count = Object.keys(entry.digests).filter((name) => baseOf(name) === word).length;
  return Array.from({ length: count }, (_, at) => {
    refuse(!entry.values.has(`${word}.${at}`), `字段有缺 / the fields ${word} do not run from 0 without gaps`);
    return entry.values.get(`${word}.${at}`);
  });
}

async function draftOf(entry) {
  const left = Object.entries(entry.digests).filter(([name]) => !RESERVED.test(name) || baseOf(name) === "asked_of");
  return e64(await sha(utf8.encode(`zeren/draft/v1\n${canonical(Object.fromEntries(left))}\n`)));
}

function parseConsent(source) {
  const bytes = utf8.encode(source);
  const [signed, lines] = parseNote(bytes);
  const [head, second, rest, ...more] = signed.split("\n");
  const says = parseJson(second);
  const { person, to, capacity, after } = says;
  const [made, until] = [Date.parse(says.made_at), Date.parse(says.not_after ?? "9999-12-31T00:00:00.000Z")];
  const ids = says.keys ?? lines.slice(0, 1).map((line) => line.label.split("+").at(-1));
  const others = lines.map((line) => line.label) + "" !== ids.map((id) => `${lines[0].name}+${id}`) + "";
  let wrong = head !== "zeren/consent/v1" || rest !== "" || more.length || bytes.length > 8192 || others;
  wrong ||= SAYS.some((name) => !Object.hasOwn(says, name)) || !["agree", "refuse"].includes(says.answer);
  wrong ||= Object.keys(says).some((name) => !SAYS.includes(name) && !MAY_SAY.includes(name));
  wrong ||= Number.isNaN(made) || Number.isNaN(until) || !Array.isArray(to);
  const bare = says.answer !== "agree" || Object.hasOwn(says, "reason");
  if (to[0] === "draft") wrong ||= bare || !capacity || until - made > 31 * DAY;
  else wrong ||= after !== undefined;
  if (to[0] === "possession") wrong ||= bare || capacity || Object.hasOwn(says, "keys");
  refuse(wrong, "同意书格式错误 / a malformed consent");
  return { signed, lines, says, person, to, capacity, after, made, until };
}

const rising = (ids) => ids.every((id, at) => !at || ids[at - 1] < id);

// --- one ledger ---

function numbers(entry) {
  const rows = [["stream", entry.stream, entry.version]];
  for (const [name, value] of entry.values) if (name.startsWith("subject.")) rows.push(value);
  return rows;
}

class Part {
  constructor(bundle, claims) {
    Object.assign(this, { bundle, claims, path: claims.path, entries: new Map(), keys: new Map(), roles: new Map() });
    Object.assign(this, { log: [], witnesses: new Map(), root: new Uint8Array(0), spent: new Set(), after: [], held: [] });
    Object.assign(this, { signed: new Map(), marked: new Set() }); // where each key signed; what is said of entries
    Object.assign(this, { policy: [], latest: new Map(), tokens: [], floors: [[-1, 0]], terms: [] }); // times by anchors
  }

  file(name) {
    const found = this.bundle.files.get(`${this.path}/${name}`);
    refuse(!found || !found.length, `缺少文件 / ${name} is missing`);
    return found;
  }

  attempt(name, check) {
    return this.bundle.attempt(`${this.path}/${name}`, check);
  }

  sorted() {
    return [...this.entries].sort(([one], [two]) => one - two);
  }

  async run() {
    const names = [...this.bundle.files.keys()].filter((name) => name.startsWith(`${this.path}/`));
    const within = names.map((name) => name.slice(this.path.length + 1)).sort();
    await this.attempt("checkpoint", () => {
      this.root = d64(text(this.file("checkpoint")).split("\n")[2] ?? "", 32); // believed once its keys are known
    });
    for (const name of within.filter((each) => each.startsWith("entries/"))) {
      await this.attempt(name, async () => {
        const entry = await parseEntry(this.file(name));
        const place = entry.ledger === this.claims.origin && name === `entries/${pad(entry.position)}`;
        refuse(!place, `条目属于别处 / the entry is number ${entry.position} of ${entry.ledger}`);
        this.entries.set(entry.position, entry);
      });
    }
    for (const [position, entry] of this.sorted()) {
      await this.attempt(`bodies/${pad(position)}`, () => openBody(entry, this.file(`bodies/${pad(position)}`)));
      await this.attempt(`entries/${pad(position)}`, () => this.checkEntry(entry));
      [entry.signed, entry.lines] = ["", []]; // checked; of tens of thousands of entries these are most of the memory
    }
    const vouched = new Set(this.after.map(([, position]) => position));
    for (const name of within.filter((each) => /^(bodies|proofs)\//.test(each))) {
      const position = Number(name.slice(-10));
      const alone = !this.entries.has(position) && !(name.startsWith("proofs/") && vouched.has(position));
      await this.attempt(name, () => refuse(alone, "缺少相应条目 / its entry is missing"));
    }
    await this.attempt("checkpoint", () => this.checkHead());
    for (const [where, position, leaf] of this.after) {
      await this.attempt(`entries/${pad(where)}`, () => this.checkAfter(where, position, leaf));
    }
    for (const [position, entry] of this.sorted()) {
      await this.attempt(`proofs/${pad(position)}`, () => this.checkProof(position, entry.leaf));
    }
    for (const position of new Set([0, ...this.claims.entries])) {
      const gone = !this.entries.has(position);
      await this.attempt(`entries/${pad(position)}`, () => refuse(gone, "缺少条目 / the entry is missing"));
    }
    await this.attempt("heads.json", () => this.checkSeal());
    await this.attempt("checkpoint", () => this.checkTimes());
    for (const name of within.filter((each) => each.startsWith("verified/") && !each.endsWith(".vkey"))) {
      await this.attempt(name, () => this.checkVerified(name));
    }
    for (const name of within.filter((each) => each.startsWith("attached/"))) {
      await this.attempt(name, () => this.checkAttached(Number(name.slice(9, 19)), name.slice(20), name));
    }
    await this.attempt("bodies", () => this.checkErased());
    await this.attempt("entries", () => this.findUnanswered());
    await this.attempt("entries", () => this.findDisputed());
    for (const said of [...this.marked].sort()) {
      this.bundle.marks.push(said.slice(11).replace("@", `${this.path} #${Number(said.slice(0, 10))}`));
    }
    for (const name of within.filter((each) => each.startsWith("tokens/"))) {
      this.bundle.open.push(`${this.path}/${name}: 时间戳 / a time stamp`);
    }
  }

  async checkAttached(position, number, name) {
    const data = this.bundle.files.get(`${this.path}/${name}`);
    const value = (member) => this.entries.get(position).values.get(`attachments.${number}.${member}`);
    const erasures = [...this.entries.values()].filter((entry) => entry.type === "text.erased/1").map((entry) => entry.values);
    const erased = erasures.some((said) => said.get("entry")[1] === position && said.get("names").includes(`attachments.${number}`));
    const wrong = value("sha256") !== hex(await sha(data)) || value("size") !== data.length;
    refuse(wrong || erased, `附件不符 / not attachment ${number} of entry ${position}, or one that was erased`);
  }

  checkErased() {
    const said = [...this.entries.values()].filter((entry) => entry.type === "text.erased/1").map((entry) => entry.values);
    const named = said.flatMap((values) => values.get("names").map((name) => [values.get("entry")[1], name]));
    const gone = named.flatMap(([at, name]) => [name, `${name}.name`, `${name}.media_type`].map((each) => [at, each]));
    const shown = gone.filter(([at, name]) => this.entries.get(at)?.values.has(name)).map(([, name]) => name);
    for (const [at, name] of gone.filter(([at, name]) => this.entries.get(at)?.hidden.includes(name))) {
      this.mark(at, `已删除，摘要相符 / erased, digest fits: @ ${name}`);
    }
    refuse(shown.length, `擦除后仍出示 / shown after it was erased: ${shown.sort().join(", ")}`);
  }

  // What a key signed that is claimed to be compromised, that a custodian's disputed key enrolled, or enrolled again.
  findDisputed() {
    for (const [label, row] of this.keys) {
      const before = row.by.flatMap((by) => this.keys.get(by).disputes);
      const who = new Set(before.filter(([since, until]) => since <= row.since && row.since < until).map(([, , by]) => by));
      row.disputes = [...row.claimed, ...[...who].map((by) => [row.since, row.until, by])];
      for (const at of this.signed.get(label) ?? []) {
        const disputing = row.disputes.filter(([since, until]) => since <= at && at < until);
        for (const [, , by] of disputing) this.mark(at, `存疑 / disputed by ${by}: @`);
        if (row.again) this.mark(at, "由保管人重新登记密钥 / re-enrolled by custodian: @");
      }
    }
  }

  mark(position, what) {
    this.marked.add(`${pad(position)} ${what}`);
  }

  // Whom an author named to be asked, and who says nothing here.
  findUnanswered() {
    const of = { "record.accepted/1": "accepts", "record.refused/1": "refuses", "consent.recorded/1": "of" };
    const heard = new Set();
    for (const [position, entry] of this.sorted()) {
      const people = [...entry.people, ...rowsOf(entry, "consent").map((note) => parseConsent(note).person)];
      people.forEach((person) => heard.add(`${position} ${person}`));
      const named = Object.hasOwn(of, entry.type) && entry.values.get(of[entry.type]);
      const note = entry.values.get("note");
      if (named) heard.add(`${named[1]} ${note ? parseConsent(note).person : entry.people[0]}`);
    }
    for (const [position, entry] of this.sorted()) {
      const silent = rowsOf(entry, "asked_of").filter(([person]) => !heard.has(`${position} ${person}`));
      this.bundle.asked.push(...silent.map(([person]) => `${this.path} #${position}: ${person}`));
    }
  }

  async checkEntry(entry) {
    const [position, value] = [entry.position, (name) => entry.values.get(name)];
    if (position === 0) this.takeTypes(value("types"));
    const rules = this.types.get(entry.type);
    const listed = new Set((rules?.fields ?? []).flatMap(([name]) => [name, ...[...name.matchAll(/\.\*/g)].map((at) => name.slice(0, at.index))]));
    const shapes = [...entry.values.keys(), ...entry.hidden].map((name) => name.replace(/\.\d+/g, ".*"));
    const own = this.types.has("consent.recorded/1") ? ["subject", "consent", "possession", "asked_of"] : ["subject"];
    const strange = shapes.some((name) => !own.includes(name.replace(/\.\*$/, "")) && !listed.has(name));
    const bad = !rules || rules.closed || strange;
    refuse(bad, `类型或字段未知 / the type ${entry.type} or a field of it is not in the list in force`);
    const kept = entry.hidden.filter((name) => TRUST.test(entry.type) || RESERVED.test(name));
    refuse(kept.length, `不得隐去 / the field ${kept[0]} may not be withheld`);
    this.checkSubjects(entry, new Map(rules.fields.map((field) => [field[0], field])));
    let rows = [];
    if (position === 0) rows = [...entry.values].filter(([name]) => name.startsWith("keys.")).map(([, row]) => row);
    if (entry.type === "key.enrolled/1") rows = [[value("person"), value("vkey"), value("roles")]];
    const fresh = new Map();
    for (const [person, vkey] of rows) {
      const key = await parseVkey(vkey);
      fresh.set(key.label, { key, person, since: position - 1, until: EVER, by: [], claimed: [], again: false });
    }
    const all = [...this.keys.values(), ...fresh.values()].map((row) => hex(row.key.public));
    const used = [...all, ...this.log.map(([, key]) => hex(key.public))];
    const good = [...fresh.values()].every((row) => row.key.name === `${entry.ledger}/${row.person}` && row.key.kind !== 4);
    const twice = (fresh.size && new Set(used).size !== used.length) || fresh.size !== rows.length;
    refuse(!good || twice, "密钥名称不符或重复使用 / a key has a wrong name or was used before");
    const labels = new Set(entry.lines.map((line) => line.label));
    const [consents, proved] = await this.checkConsents(entry, fresh, labels);
    const unproved = [...fresh.keys()].some((label) => !labels.has(label) && !proved.has(label));
    refuse(unproved, "新密钥未签名 / a new key did not sign its enrolment");
    for (const line of entry.lines) {
      if (!this.signed.has(line.label)) this.signed.set(line.label, []);
      this.signed.get(line.label).push(position);
      const row = fresh.get(line.label) ?? this.keys.get(line.label);
      const inForce = row && row.since < position && position <= row.until;
      refuse(!inForce, `密钥此时无效 / the key ${line.label} is not in force`);
      if (row.key.kind === OTHER) this.bundle.open.push(`${this.path} #${position}: 其他算法 / a line by another algorithm: ${line.label}`);
      else await checkSignature(row.key, entry.signed, line.signature);
    }
    if (position) this.checkRoles(entry, rules, consents);
    if (entry.type === "consent.recorded/1") await this.checkRecorded(entry);
    for (const row of position ? fresh.values() : []) {
      const before = [...entry.lines, ...consents.map((note) => note.lines[0])].filter((line) => !fresh.has(line.label));
      row.by = before.filter((line) => line.name !== row.key.name).map((line) => line.label);
      row.again = this.roles.has(row.person) && row.by.length === before.length;
    }
    for (const [label, row] of fresh) this.keys.set(label, { ...row, since: position });
    for (const [person, , roles] of rows) this.takeRoles(position, person, roles);
    await this.apply(entry, value);
  }

  // What of an entry's subjects cannot even be known here: what they come from is withheld or not shown.
  checkSubjects(entry, fields) {
    const shape = (name) => fields.get(name.replace(/\.\d+/g, ".*")) ?? ["", "", null, null];
    const hidden = entry.hidden.filter((name) => shape(name)[1] !== "erasable" && !RESERVED.test(name));
    const cited = [...entry.values].filter(([name, value]) => shape(name)[3] === "inherits" && value.length === 3);
    const gone = cited.map(([, value]) => value[1]).filter((at) => this.claims.kind === "duty" && !this.entries.has(at));
    const of = hidden.length ? hidden : gone;
    if (of.length) this.bundle.open.push(`${this.path} #${entry.position}: 主体未重算 / subjects not recomputed: ${of}`);
  }

  // The consents in an entry, and the new keys that they, or a proof of possession, prove.
  async checkConsents(entry, fresh, labels) {
    const [notes, proofs] = [rowsOf(entry, "consent").map(parseConsent), rowsOf(entry, "possession").map(parseConsent)];
    const asked = rowsOf(entry, "asked_of");
    const proved = new Set();
    const people = notes.map((note) => note.person);
    let wrong = !rising(people) || !rising(asked.map(([person]) => person)) || people.length > 255;
    wrong ||= people.some((person) => entry.people.includes(person)) || (asked.length && WITHOUT.test(entry.type));
    if (asked.length) {
      const draft = await draftOf(entry);
      wrong ||= this.spent.has(draft);
      this.spent.add(draft);
    }
    refuse(wrong, "同意书次序、重复或身份错误 / consents out of order, twice, or of a draft on record already");
    for (const note of notes) {
      const known = asked.some((row) => canonical(row) === canonical([note.person, note.capacity ?? ""]));
      refuse(!known || note.to[0] !== "draft", `未征求 / ${note.person} was not asked so`);
      await this.checkConsent(note, entry, entry, entry.position ? this.keys : fresh);
      if (fresh.has(note.lines[0].label)) proved.add(note.lines[0].label);
    }
    for (const note of proofs) {
      const value = (name) => entry.values.get(name);
      const [label] = fresh.keys();
      let bad = entry.type !== "key.enrolled/1" || proofs.length !== 1 || note.person !== value("person");
      bad ||= canonical(note.to) !== canonical(["possession", value("vkey"), value("roles")]);
      bad ||= note.lines.length !== 1 || note.lines[0].label !== label || labels.has(label);
      bad ||= note.says.fingerprint !== this.claims.fingerprint || this.outOfTime(note, entry);
      refuse(bad, "密钥持有证明不符 / not a proof of this key, person and roles");
      await this.checkLine(fresh.get(label).key, note, note.lines[0], entry);
      proved.add(label);
    }
    return [notes, proved];
  }

  outOfTime(note, entry) {
    const recorded = Date.parse(entry.recorded_at);
    return recorded > note.until || note.made > recorded + 5 * MINUTE;
  }

  async checkLine(key, note, line, entry) {
    if (key.kind !== OTHER) await checkSignature(key, note.signed, line.signature);
    else this.bundle.open.push(`${this.path} #${entry.position}: 其他算法 / a line by another algorithm: ${line.label}`);
  }

  async checkConsent(note, entry, named, keys) {
    const draft = note.to[0] === "draft";
    const genesis = draft && named.position === 0;
    for (const [at, line] of note.lines.entries()) {
      const row = keys.get(line.label);
      let wrong = !row || !(row.since < entry.position && entry.position <= row.until);
      wrong ||= line.name !== `${this.claims.origin}/${note.person}` || (row.key.kind === OTHER) !== at > 0;
      refuse(wrong, `密钥此时无效 / the key of ${note.person} is not in force`);
      await this.checkLine(row.key, note, line, entry);
    }
    const wanted = draft
      ? ["draft", await draftOf(named), named.type, named.people[0]]
      : ["entry", named.position, e64(named.leaf)];
    let wrong = canonical(note.to) !== canonical(wanted);
    wrong ||= note.says.fingerprint !== (genesis ? "" : this.claims.fingerprint);
    wrong ||= (draft && (note.after === undefined) !== genesis) || this.outOfTime(note, entry);
    wrong ||= WITHOUT.test(named.type) || this.spent.has(note.signed);
    this.spent.add(note.signed);
    this.terms.push([entry.position, 0, note.until / 1000, `同意书已过期 / consent expired: ${note.person}`]);
    if (note.after !== undefined) {
      const [position, leaf] = note.after;
      const cites = this.types.get(named.type).fields.filter((field) => field[3]).map(([name]) => name);
      const cited = [...named.values].filter(([name]) => cites.includes(name.replace(/\.\d+/g, ".*"))).map(([, row]) => row);
      wrong ||= cited.some((row) => row[0] === "" && row[1] > position) || position >= named.position;
      this.after.push([entry.position, position, leaf]);
    }
    refuse(wrong, `同意书不是对此条目、账本或时间的 / the consent of ${note.person} is not to this entry, ledger or time`);
    const fields = Object.hasOwn(NAMED, note.capacity ?? "") ? NAMED[note.capacity] : [];
    if (fields.length && !named.hidden.some((name) => fields.includes(baseOf(name)))) {
      const persons = [...named.values].filter(([name]) => fields.includes(baseOf(name))).map(([, value]) => value);
      refuse(!persons.includes(note.person), `记录未如此写明 / ${note.person} is not named as ${note.capacity}`);
    }
    if (note.to[0] === "entry" && note.made < Date.parse(named.recorded_at) - 5 * MINUTE) {
      this.bundle.open.push(`${this.path} #${entry.position}: 同意时间存疑 / consent's time contradicted: ${note.person}`);
    }
  }

  async checkRecorded(entry) {
    const note = parseConsent(entry.values.get("note"));
    const [fingerprint, position, leaf] = entry.values.get("of");
    const named = this.entries.get(position);
    if (!named) {
      this.bundle.open.push(`${this.path} #${entry.position}: 同意书所指条目未出示 / its entry #${position} is not shown`);
      return;
    }
    const [roles, recording] = [this.roles.get(note.person) ?? [], this.roles.get(entry.people[0]) ?? []];
    let wrong = fingerprint !== "" || position >= entry.position || leaf !== e64(named.leaf);
    wrong ||= entry.stream !== named.stream || (note.says.reason ?? null) !== (entry.digests.reason ?? null);
    if (note.to[0] === "draft") {
      const asked = rowsOf(named, "asked_of").map(canonical);
      wrong ||= !asked.includes(canonical([note.person, note.capacity]));
    }
    const allowed = this.types.get("record.accepted/1").author;
    const own = roles.some((role) => allowed.includes(role) && !(role === "inspector" && this.claims.kind === "duty"));
    wrong ||= !own && !(["custodian", "inspector"].includes(note.capacity) && roles.includes(note.capacity));
    const alone = !recording.some((role) => ["recorder", "service", "inspector"].includes(role));
    wrong ||= alone && !this.types.get(named.type).author.includes("custodian");
    refuse(wrong, `同意书记录不符 / the consent of ${note.person} is not recorded as it may be`);
    await this.checkConsent(note, entry, named, this.keys);
  }

  async checkAfter(where, position, leaf) {
    const shown = this.entries.get(position);
    const history = `此前的历史不同 / entry ${position} is not the one consented after`;
    if (shown) refuse(e64(shown.leaf) !== leaf, history);
    else if (this.bundle.files.has(`${this.path}/proofs/${pad(position)}`)) await this.checkProof(position, d64(leaf, 32));
    else this.bundle.open.push(`${this.path} #${where}: 此前历史未核验 / history not checked: entry #${position}`);
  }

  checkRoles(entry, rules, consents) {
    const owner = /^key\.(enrolled|revoked)\/1$/.test(entry.type) ? entry.values.get("person") : undefined;
    entry.people.forEach((person, at) => {
      const allowed = at ? rules.cosigners : rules.author;
      const may = (this.roles.get(person) ?? []).some((role) => allowed.includes(role));
      refuse(!may && !(at && person === owner), `无权签署 / ${person} may not sign ${entry.type}`);
    });
    for (const { person, capacity } of consents) {
      const roles = this.roles.get(person) ?? [];
      const allowed = capacity === "receipt" ? this.types.get("record.accepted/1").author : rules.cosigners;
      const may = roles.some((role) => allowed.includes(role)) || (person === owner && capacity === "holder");
      const lacks = ["custodian", "inspector"].includes(capacity) && !roles.includes(capacity);
      refuse(!may || lacks, `无权签署 / ${person} may not consent to ${entry.type}`);
    }
    const second = entry.people.length > 1 || consents.some(({ capacity }) => capacity === "inspector");
    const wrong = !rules.ledgers.includes(this.claims.kind) || (entry.type === "text.erased/1" && !second);
    refuse(wrong, "缺会签或账本不对 / a signature is missing, or it is the wrong ledger");
  }

  // Roles in force after a position, and those that were.
  takeRoles(position, person, roles) {
    this.roles.set(person, roles);
    this.held.push([position, person, roles]);
  }

  // The list of types in force from here on.
  takeTypes(digest) {
    this.types = this.bundle.lists.get(digest);
    refuse(!this.types, `缺少类型表 / the list of types ${digest} is missing`);
  }

  async apply(entry, value) {
    if (entry.position === 0) {
      const stated = [value("origin"), value("kind"), e64(entry.leaf)];
      const claimed = [this.claims.origin, this.claims.kind, this.claims.fingerprint];
      const wrong = canonical(stated) !== canonical(claimed);
      refuse(wrong, "创世条目不符 / origin, kind or fingerprint are not those claimed");
      this.log = [[0, await parseVkey(value("log"))]];
    } else if (entry.type === "format.adopted/1") {
      this.takeTypes(value("types"));
    } else if (entry.type === "key.roles_changed/1") {
      this.takeRoles(entry.position, value("person"), value("roles"));
    } else if (entry.type === "key.revoked/1") {
      const low = value("compromised_from") ?? EVER;
      for (const row of this.keys.values()) {
        if (row.person !== value("person") || row.key.id !== value("key_id")) continue;
        row.until = entry.position;
        row.claimed = [[low, entry.position, entry.people[0]]];
      }
    } else if (entry.type === "key.log_rotated/1") {
      this.log.push([EVER, await parseVkey(value("vkey"))]);
    } else if (entry.type === "key.log_confirmed/1") {
      this.log[this.log.length - 1][0] = entry.position + 1;
    } else if (entry.type === "policy.adopted/1") {
      [this.policy, this.latest] = [value("policy").split("\n").map((line) => line.trim().split(/[ \t]+/)), new Map()];
      this.witnesses = new Map();
      for (const [, name, vkey] of this.policy.filter(([kind]) => kind === "witness")) {
        const key = await parseVkey(vkey);
        this.witnesses.set(key.label, [key, name]);
      }
    } else if (entry.type === "anchor.recorded/1") {
      await this.checkAnchor(entry);
    }
  }

  async checkHead() {
    const [size, root] = await checkLog(this.file("checkpoint"), this.log);
    this.root = root;
    refuse(size !== this.claims.size, "检查点大小不符 / the checkpoint is not the one that the manifest names");
    await this.checkCosigned(...parseNote(this.file("checkpoint")), this.claims.size);
  }

  // Cosignatures of the policy in force, and what they bound, from the entry after `position` on.
  async checkCosigned(signed, lines, position) {
    const own = new Set(this.log.map(([, key]) => key.label));
    for (const line of lines.filter((each) => !own.has(each.label))) {
      refuse(line.name === this.claims.origin, "不是日志密钥 / a line by no log key of this ledger");
      if (!this.witnesses.has(line.label)) {
        this.bundle.marks.push(`政策未列 / by no member: ${line.name}`);
        continue;
      }
      const [key, name] = this.witnesses.get(line.label);
      await checkSignature(key, signed, line.signature);
      const time = Number(new DataView(join(line.signature).buffer).getBigUint64(0));
      this.tokens.push({ policy: this.policy, size: Number(signed.split("\n")[1]), time, name });
      this.latest.set(name, Math.max(time, this.latest.get(name) ?? time));
      const floor = reached(this.policy, this.latest, (one, two) => two - one) ?? 0;
      this.floors.push([position, Math.max(this.floors.at(-1)[1], floor)]);
    }
  }

  // Times of entries, and until when consents held, by the anchors shown.
  checkTimes() {
    const ceilings = [...new Set(this.tokens.map(({ size }) => size))].map((least) => {
      const over = this.tokens.filter(({ size }) => size >= least).sort((one, two) => two.time - one.time);
      const first = new Map(over.map(({ policy }) => [policy, new Map()]));
      for (const { policy, name, time } of over) first.get(policy).set(name, time);
      return [least, Math.min(...[...first].map(([policy, times]) => reached(policy, times, (one, two) => one - two) ?? EVER))];
    });
    const terms = this.sorted().map(([position, entry]) => {
      const time = Date.parse(entry.recorded_at) / 1000;
      return [position, time, time, "时间与锚定矛盾 / time contradicted"];
    });
    for (const [position, at, until, what] of [...terms, ...this.terms]) {
      const low = this.floors.filter(([since]) => since < position).reduce((most, [, time]) => Math.max(most, time), 0);
      const high = ceilings.filter(([size]) => size > position).reduce((least, [, time]) => Math.min(least, time), EVER);
      if (low - until > 300 || at - high > 300) this.bundle.open.push(`${this.path} #${position}: ${what}`);
    }
  }

  async checkVerified(name) {
    const key = await parseVkey(text(this.file(`${name}.vkey`)).replace(/\n$/, ""));
    const [signed, lines] = parseNote(this.file(name));
    const other = signed !== `zeren/verified/v1\n${parseNote(this.file("checkpoint"))[0]}` || key.kind !== 1;
    const wrong = other || lines.length !== 1 || lines[0].label !== key.label;
    refuse(wrong, "复算说明不符 / not a note about this checkpoint");
    await checkSignature(key, signed, lines[0].signature);
    this.bundle.proved.push(`${this.path}: 另有复算 / recomputed by: ${key.label}`);
  }

  async checkProof(position, leaf) {
    const source = text(this.file(`proofs/${pad(position)}`));
    const at = source.indexOf("\n\n");
    const [first, second, ...hashes] = source.slice(0, at).split("\n");
    const wrong = first !== "c2sp.org/tlog-proof@v1" || second !== `index ${position}` || position >= this.claims.size;
    const other = source.slice(at + 2) !== text(this.file("checkpoint"));
    refuse(at < 0 || wrong || other, "证明不属于该条目 / the proof is not of this entry and checkpoint");
    const climbed = await climb(position, this.claims.size - 1, [leaf], hashes.map((line) => d64(line, 32)));
    refuse(!same(climbed[0], this.root), `条目不在检查点之内 / entry ${position} is not under the checkpoint`);
  }

  async checkOlder(note) {
    const [old, root, signed] = await checkLog(note, this.log);
    const size = this.claims.size;
    const [first, ...rows] = text(this.file(`growth/${pad(old)}`)).split("\n");
    const wrong = first !== "zeren/growth/v1" || rows[0] !== `${old}` || rows[1] !== `${size}` || rows.at(-1) !== "" || old < 1;
    const proof = rows.slice(2, -1).map((row) => d64(row, 32));
    let [index, last] = [old - 1, size - 1];
    while (index % 2) [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
    const two = 2 ** Math.round(Math.log2(old)) === old;
    const path = two && old !== size ? [root, ...proof] : proof;
    const start = path.slice(0, 1);
    const roots = old === size ? [root, root, ...path] : await climb(index, last, [...start, ...start], path.slice(1));
    const fits = roots.length === 2 && same(roots[0], root) && same(roots[1], this.root);
    refuse(wrong || !fits, "与较早的检查点不连续 / it does not continue an older checkpoint");
    return signed;
  }

  async checkAnchor(entry) {
    const signed = await this.checkOlder(utf8.encode(entry.values.get("checkpoint")));
    const early = Number(signed.split("\n")[1]) > entry.position;
    refuse(early, "锚定先于检查点 / it is recorded before its checkpoint");
    if (entry.values.get("kind") === "cosignature") {
      await this.checkCosigned(...parseNote(utf8.encode(`${signed}\n${entry.values.get("token")}\n`)), entry.position);
    } else {
      this.bundle.open.push(`${this.path} #${entry.position}: 时间戳 / a time stamp`);
    }
  }

  async issuer(note, kind, data) {
    const [signed, lines] = parseNote(note);
    const size = Number(signed.split("\n")[3]);
    const wanted = `${kind}\n${e64(await sha(data))}\n${this.claims.fingerprint}\n${size}\n`;
    const wrong = signed !== wanted || lines.length !== 1 || !Number.isSafeInteger(size) || size > this.claims.size;
    refuse(wrong || (kind === BUNDLE && size !== this.claims.size), "出具说明不符 / the issuer's note is not of this file");
    const row = this.keys.get(lines[0].label);
    const given = this.held.filter(([position, person]) => person === row?.person && position < size).at(-1);
    const roles = ISSUERS.filter((role) => given?.[2].includes(role));
    const inForce = row && row.since < size && size <= row.until && row.key.kind === 1;
    refuse(!inForce || !roles.length, "出具人的密钥无效或无此职责 / the issuer's key is not in force, or has no such role");
    await checkSignature(row.key, signed, lines[0].signature);
    return `出具 / issued by: ${row.person}, ${roles.join(", ")} (${this.claims.origin})`;
  }

  async checkSeal() {
    const { seal: at, size } = this.claims;
    for (let position = at; position < Math.max(size, at + 1); position++) {
      const wanted = position === at ? "ledger.sealed/1" : "anchor.recorded/1";
      const wrong = position >= size || this.entries.get(position)?.type !== wanted;
      refuse(wrong, "封存之后有缺漏 / an entry between seal and checkpoint is missing or of another kind");
    }
    const sealed = this.entries.get(at).values;
    refuse(sealed.get("size") !== at, "封存错误 / the seal does not say its own position");
    const root = d64(sealed.get("heads"), 32);
    const rows = parseJson(text(this.file("heads.json")).replace(/\n$/, ""));
    const heads = new Map(rows.map((row) => [canonical([row.kind, row.id]), row]));
    const needed = new Set([canonical(["stream", "ledger/main"]), ...this.claims.complete.map(canonical), ...heads.keys()]);
    if (this.claims.kind !== "case") {
      const people = [...this.entries.values()].flatMap((entry) => entry.people);
      for (const person of [...people, ...[...this.keys.values()].map((row) => row.person), "log"]) {
        needed.add(canonical(["stream", `key/${person}`]));
      }
    }
    this.counted = new Map();
    for (const [, entry] of this.sorted().filter(([position]) => position < at)) {
      for (const [kind, id, count] of numbers(entry)) {
        const claim = `${kind} ${id}`;
        if (!heads.has(canonical([kind, id]))) continue;
        if (!this.counted.has(claim)) this.counted.set(claim, []);
        this.counted.get(claim).push([count, entry]);
      }
    }
    for (const claim of [...needed].sort()) {
      await this.attempt("heads.json", () => this.checkComplete(...JSON.parse(claim), heads.get(claim), root));
    }
  }

  async checkComplete(kind, id, row, root) {
    refuse(!row, `缺少完整性证明 / the path that proves ${kind} ${id} complete is missing`);
    const key = await sha(utf8.encode(kind === "stream" ? `stream/${id}` : `subject/${kind}/${id}`));
    const held = await checkPath(key, row.path.map((sibling) => d64(sibling, 32)), row.end, root);
    const absent = this.claims.kind === "case" && !held;
    refuse(absent, "案件账本不得证明不存在 / a case ledger's bundle shows no absence");
    const found = this.counted.get(`${kind} ${id}`) ?? [];
    const counted = found.map(([count]) => count);
    const count = held ? row.end.count : 0;
    const missing = [];
    const shown = new Set(counted);
    for (let each = 1; each <= count && missing.length < 10; each++) if (!shown.has(each)) missing.push(each);
    const wrong = counted.length !== count || counted.some((each, at) => each !== at + 1);
    refuse(wrong, `缺少条目 / ${kind} ${id}: of ${count} missing or out of order ${missing}`);
    const last = found.at(-1)?.[1];
    const other = held && (last.position !== row.end.position || e64(last.leaf) !== row.end.leaf);
    refuse(other, `末条不符 / ${kind} ${id}: the last entry is not the sealed one`);
    this.bundle.proved.push(`${this.path}: ${kind} ${id} (${count})`);
  }
}

// --- the bundle ---

class Bundle {
  constructor(data) {
    Object.assign(this, { faults: [], open: [], proved: [], asked: [], marks: [], selected: [], issued: [], parts: [], lists: new Map() });
    this.files = unzip(data, this.faults);
  }

  async attempt(name, check) {
    try {
      await check();
    } catch (error) {
      this.faults.push([name, error instanceof Bad ? error.message : `不成立 / it fails: ${error}`]);
    }
  }

  async check(fingerprints) {
    refuse(!this.files.has("manifest.json"), "缺少清单 / the manifest is missing");
    const manifest = parseJson(text(this.files.get("manifest.json")).replace(/\n$/, ""));
    const forms = { "zeren/bundle/v1": /^types\.json$/, "zeren/bundle/v2": /^types\/\d+\.json$/ };
    const form = Object.hasOwn(forms, manifest.format) && forms[manifest.format];
    refuse(!form || !manifest.parts.length, "版本未知 / unknown format");
    const names = new Set([...Object.keys(manifest.files), ...this.files.keys()]);
    names.delete("manifest.json");
    names.delete("issuer");
    for (const name of [...names].sort()) {
      const content = this.files.get(name);
      const wrong = !content || manifest.files[name] !== e64(await sha(content));
      await this.attempt(name, () => refuse(wrong, "文件被取走、改动或添加 / the file was taken out, changed or put in"));
    }
    for (const name of [...this.files.keys()].filter((each) => form.test(each))) {
      const rows = JSON.parse(text(this.files.get(name)));
      this.lists.set(e64(await sha(utf8.encode(canonical(rows)))), new Map(rows.map((row) => [row.type, row])));
    }
    const parts = manifest.parts.map((claims) => new Part(this, claims));
    this.parts = parts;
    this.selected.push(...parts.filter((part) => !part.claims.complete.length).map((part) => part.path));
    for (const part of parts) await part.run();
    const held = new Set(parts.map((part) => part.claims.fingerprint));
    for (const part of parts) {
      const told = [...part.entries.values()].map((entry) => entry.values);
      const rests = told.map((values) => values.get("pin.fingerprint") ?? values.get("continues")?.[0]);
      const absent = new Set(rests.filter((one) => one && !held.has(one)));
      this.marks.push(...[...absent].map((one) => `锚定或承接而不在此 / pinned or continued, and not here: ${one}`));
      if (told.some((values) => values.get("clock") === "simulated")) this.marks.push(`模拟 / simulated: ${part.claims.origin}`);
    }
    const trusted = new Set(fingerprints);
    for (const one of parts.filter((part) => part.claims.kind === "case")) {
      const pins = [...one.entries.values()].map((entry) => entry.values).filter((values) => values.has("pin.fingerprint"));
      if (fingerprints.includes(one.claims.fingerprint)) pins.forEach((pin) => trusted.add(pin.get("pin.fingerprint")));
      for (const duty of parts.filter((part) => part.claims.kind === "duty")) {
        const mine = pins.filter((pin) => pin.get("pin.fingerprint") === duty.claims.fingerprint);
        await duty.attempt("growth", () => refuse(!mine.length, "案件未锚定该账本 / no entry of the case pins this ledger"));
        for (const pin of mine.filter((each) => each.has("pin.checkpoint"))) {
          await duty.attempt("growth", () => duty.checkOlder(utf8.encode(pin.get("pin.checkpoint"))));
        }
        const bare = mine.filter((each) => !each.has("pin.checkpoint"));
        this.marks.push(...bare.map(() => `未锚定 / unpinned: ${one.claims.origin}`));
      }
    }
    for (const { claims } of parts.filter((part) => !trusted.has(part.claims.fingerprint))) {
      this.open.push(`${claims.origin}: 信任根未确认 / unconfirmed root of trust: ${claims.fingerprint}`);
    }
    const [note, named] = [this.files.get("issuer"), Object.hasOwn(manifest.files, "issuer")];
    if (note || named) {
      const none = named || manifest.format !== BUNDLE;
      await this.attempt("issuer", () => refuse(none, "不得有出具说明 / no issuer's note here"));
      await this.attempt("issuer", () => this.checkIssuer(note, BUNDLE, this.files.get("manifest.json")));
    }
    const strange = fingerprints.filter((wanted) => !parts.some((part) => part.claims.fingerprint === wanted));
    refuse(strange.length, `没有这一指纹 / no ledger has the fingerprint ${strange}`);
  }

  async checkIssuer(note, kind, data) {
    const fingerprint = text(note).split("\n")[2];
    const part = this.parts.find((each) => each.claims.fingerprint === fingerprint);
    refuse(!part, "出具说明不属于此证据包 / the issuer's note is of no ledger in the bundle");
    this.issued.push(await part.issuer(note, kind, data));
  }
}

// A report beside the bundle and the note about it: NAME and NAME.issuer.
async function reportsOf(files) {
  const bytes = async (file) => new Uint8Array(await file.arrayBuffer());
  const notes = files.filter((file) => file.name.endsWith(".issuer"));
  const pairs = notes.map((note) => [files.find((file) => `${file.name}.issuer` === note.name), note]);
  return Promise.all(pairs.filter(([file]) => file).map(async ([file, note]) => [file.name, await bytes(file), await bytes(note)]));
}

async function checkBundle(data, fingerprints, reports = []) {
  const bundle = new Bundle(data);
  await bundle.attempt("manifest.json", () => bundle.check(fingerprints));
  for (const [name, report, note] of reports) await bundle.attempt(name, () => bundle.checkIssuer(note, REPORT, report));
  return bundle;
}

// --- the page ---

function show(kind, title, lines) {
  const outcome = document.getElementById("outcome");
  const heading = document.createElement("strong");
  heading.className = kind;
  heading.textContent = title;
  const list = document.createElement("ul");
  for (const line of lines) list.appendChild(document.createElement("li")).textContent = line;
  outcome.replaceChildren(heading, list);
  outcome.dataset.verdict = kind;
}

const MARKS = "其余标记由 zeren verify 列出 / other marks (another program): by zeren verify";
const MOST_BYTES = 2 ** 30;
let latest = 0;

async function checkChosen() {
  const files = [...document.getElementById("file").files];
  const file = files.find((each) => each.name.endsWith(".zip")) ?? files[0];
  if (!file) return;
  const run = ++latest; // only the last one may speak: another file or fingerprint may come while one is checked
  const say = (kind, title, lines) => run === latest && show(kind, title, lines);
  const fingerprints = document.getElementById("fingerprint").value.split(/\s+/).filter(Boolean);
  if (file.size > MOST_BYTES) {
    const remedy = "请用 verify.py 或 zeren verify / use verify.py or zeren verify, which read it piece by piece";
    say("unable", "未核验：文件大于 1 GiB，网页须整体读入内存 / nothing was checked: a page holds the file whole, 1 GiB at most", [remedy]);
    return;
  }
  say("busy", "正在核验 / checking ...", []);
  try {
    if (!(await hasEd25519())) {
      const remedy = "请用新版浏览器，或用 verify.py / use a newer browser, or verify.py";
      say("unable", "未核验：此浏览器没有 Ed25519 / nothing was checked: this browser has no Ed25519", [remedy]);
      return;
    }
    const bundle = await checkBundle(new Uint8Array(await file.arrayBuffer()), fingerprints, await reportsOf(files));
    const lines = [
      ...(bundle.issued.length ? bundle.issued : ["无人对选录负责 / nobody answers for the selection"]),
      ...bundle.faults.map(([name, what]) => `无效 / invalid: ${name}: ${what}`),
      ...bundle.open.map((line) => `未核验 / not checked: ${line}`),
      ...bundle.selected.map((path) => `选录，不证明别无其他 / a selection: nothing shows that there is nothing else: ${path}`),
      ...bundle.asked.map((line) => `应征求而无答复在案 / named by the author to be asked; no answer on record: ${line}`),
      ...bundle.marks.map((line) => `标记 / mark: ${line}`),
      ...bundle.proved.map((line) => `完整 / complete: ${line}`),
      MARKS,
    ];
    if (bundle.faults.length) say("invalid", "无效 / invalid", lines);
    else if (bundle.open.length) say("incomplete", "未全部核验 / incomplete", lines);
    else say("valid", "有效 / valid", lines);
  } catch (error) {
    say("unable", `未核验 / nothing was checked: ${error}`, []);
  }
}

document.getElementById("file").addEventListener("change", checkChosen);
document.getElementById("fingerprint").addEventListener("change", checkChosen);
