// Makes a key and answers requests for signatures, as `zeren keys request` and `zeren consent give` do: the same
// checks of what is shown, the same bytes (FORMAT.md sections 9 and 16). Nothing is sent anywhere.
// WORDS is the table that the page's builder puts before this file: titles, field lists, sentences.

const ROUNDS = 600000;
const TERM = 31 * 24 * 3600 * 1000;
const GENESIS = "ledger.opened/1";
const WITHOUT = /^(ledger\.sealed\/|anchor\.|access\.|list\.|consent\.recorded\/)/;
const RESERVED = /^(subject|consent|possession|asked_of)\./;
const LEFT_OUT = /^(subject|consent|possession)\.(0|[1-9][0-9]*)$/;
const ORIGIN = /^(?=.{1,128}$)[a-z0-9-]+(\.[a-z0-9-]+)+(\/[a-z0-9._-]+)+$/;
const PERSON = /^[a-z0-9][a-z0-9-]{0,31}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HIDDEN =
  /[\t\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc\ufffd\u{e0100}-\u{e01ef}]/gu;
const CAPACITIES = ["receipt", "counterpart", "chair", "attendee", "holder", "custodian", "inspector"];
const ROLES = ["signer", "recorder", "custodian", "inspector", "service"];

let language = "zh_CN";

// --- words ---

function _(message, values = {}) {
  const said = language === "en" ? message : (held(WORDS.messages, message) ?? message);
  return said.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

const N_ = (message) => message; // marks a sentence for translation where it is said later
const titled = (pair) => pair[language === "en" ? 1 : 0];
const visible = (source) =>
  source.replace(HIDDEN, (letter) =>
    letter === "\n" ? letter : `[U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );

function fail(wrong, message, values) {
  if (wrong) throw new Bad(_(message, values));
}

function moment(source) {
  const at = new Date(source);
  const two = (value) => String(value).padStart(2, "0");
  const minutes = -at.getTimezoneOffset();
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())];
  const written = language === "en" ? day.join("-") : `${day[0]}年${at.getMonth() + 1}月${at.getDate()}日`;
  return `${written} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} (${offset})`;
}

// --- key files: PKCS#8 under PBES2, as section 9 says ---

const OIDS = { pbes2: "2a864886f70d01050d", pbkdf2: "2a864886f70d01050c", hmac: "2a864886f70d0209", aes: "60864801650304012a" };
const bytesOf = (source) => Uint8Array.from(source.match(/../g) ?? [], (pair) => parseInt(pair, 16));

function der(tag, ...parts) {
  const content = join(...parts);
  if (content.length < 128) return join(Uint8Array.of(tag, content.length), content);
  const size = [];
  for (let rest = content.length; rest; rest = Math.floor(rest / 256)) size.unshift(rest % 256);
  return join(Uint8Array.of(tag, 128 | size.length, ...size), content);
}

function members(item, tag = 0x30) {
  // The values in a sequence, each as [tag, content]; for another tag the content alone.
  const read = (bytes) => {
    let [at, size] = [2, bytes[1]];
    if (size >= 128) {
      at += size & 127;
      size = bytes.subarray(2, at).reduce((sum, byte) => sum * 256 + byte, 0);
    }
    fail(bytes.length < at + size || !(size >= 0), N_("the key file is damaged"));
    return [bytes.subarray(at, at + size), at + size];
  };
  fail(item[0] !== tag, N_("the key file is damaged"));
  const [content] = read(item);
  if (tag !== 0x30) return content;
  const found = [];
  for (let rest = content; rest.length; ) {
    const [, whole] = read(rest);
    found.push(rest.subarray(0, whole));
    rest = rest.subarray(whole);
  }
  return found;
}

const derived = async (passphrase, salt, iterations) => {
  const secret = await crypto.subtle.importKey("raw", utf8.encode(passphrase), "PBKDF2", false, ["deriveKey"]);
  const method = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(method, secret, { name: "AES-CBC", length: 256 }, false, ["encrypt", "decrypt"]);
};

function parseLabel(head) {
  const values = new Map(head.split(/\r?\n/).map((line) => line.split(": ", 2)));
  const [person, ledger, fingerprint] = ["Person", "Ledger", "Fingerprint"].map((name) => values.get(name));
  if (!PERSON.test(person ?? "") || !ORIGIN.test(ledger ?? "")) return null;
  return { person, ledger, fingerprint: fingerprint ?? "" };
}

function formatLabel({ person, ledger, fingerprint }) {
  return `Person: ${person}\nLedger: ${ledger}\n${fingerprint ? `Fingerprint: ${fingerprint}\n` : ""}`;
}

async function encryptKey(pkcs8, passphrase, label) {
  const [salt, iv] = [16, 16].map((size) => crypto.getRandomValues(new Uint8Array(size)));
  const key = await derived(passphrase, salt, ROUNDS);
  const data = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, pkcs8));
  const oid = (name) => der(0x06, bytesOf(OIDS[name]));
  const rounds = der(0x02, bytesOf(ROUNDS.toString(16).padStart(6, "0")));
  const parameters = der(0x30, der(0x04, salt), rounds, der(0x30, oid("hmac"), Uint8Array.of(5, 0)));
  const scheme = der(0x30, der(0x30, oid("pbkdf2"), parameters), der(0x30, oid("aes"), der(0x04, iv)));
  const whole = der(0x30, der(0x30, oid("pbes2"), scheme), der(0x04, data));
  const lines = e64(whole).match(/.{1,64}/g).join("\n");
  return `${formatLabel(label)}-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}

async function decryptKey(source, passphrase) {
  const found = new RegExp("-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END ENCRYPTED PRIVATE KEY-----").exec(source);
  fail(!found, N_("this is no encrypted key file"));
  const whole = Uint8Array.from(atob(found[1].replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
  const [algorithm, data] = members(whole);
  const [kind, scheme] = members(algorithm);
  const is = (item, name) => hex(members(item, 0x06)) === OIDS[name];
  fail(!is(kind, "pbes2"), N_("the key file is encrypted in a way that this page does not read; use zeren keys passwd"));
  const [[method, values], [cipher, iv]] = members(scheme).map((each) => members(each));
  const [salt, count, ...more] = members(values);
  const digest = more.map((each) => (each[0] === 0x30 ? members(each)[0] : each)).at(-1);
  const known = is(method, "pbkdf2") && is(cipher, "aes") && digest?.[0] === 0x06 && is(digest, "hmac");
  fail(!known, N_("the key file is encrypted in a way that this page does not read; use zeren keys passwd"));
  const rounds = members(count, 0x02).reduce((sum, byte) => sum * 256 + byte, 0);
  const key = await derived(passphrase, members(salt, 0x04), rounds);
  const way = { name: "AES-CBC", iv: members(iv, 0x04) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(way, key, members(data, 0x04)));
  } catch {
    throw new Bad(_("the passphrase is wrong, or the file is damaged"));
  }
}

async function readKey(pkcs8, name) {
  let key;
  try {
    key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  } catch {
    throw new Bad(_("the file holds no Ed25519 key; zeren consent give signs with others"));
  }
  const { x } = await crypto.subtle.exportKey("jwk", key);
  const material = join(Uint8Array.of(1), Uint8Array.from(atob(`${x.replaceAll("-", "+").replaceAll("_", "/")}=`), (letter) => letter.charCodeAt(0)));
  const id = (await sha(utf8.encode(`${name}\n`), material)).subarray(0, 4);
  return { key, name, id, vkey: `${name}+${hex(id)}+${e64(material)}` };
}

async function signNote(signer, source) {
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", signer.key, utf8.encode(source)));
  const note = `${source}\n— ${signer.name} ${e64(join(signer.id, signature))}\n`;
  await checkSignature(await parseVkey(signer.vkey), source, signature); // what does not verify never leaves
  return note;
}

const consentText = (values) => `zeren/consent/v1\n${canonical(values)}\n`;
const stamp = (at) => at.toISOString();

// --- requests, held against what is to be signed ---

function shaped(value, always, sometimes = []) {
  const names = value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : null;
  const strange = names?.find((name) => ![...always, ...sometimes].includes(name)) ?? always.find((name) => !names?.includes(name));
  fail(!names || strange !== undefined, N_("the file is damaged, or made by a later version: {name}"), { name: strange ?? "" });
}

function normal(value) {
  if (typeof value === "string") fail(value.normalize("NFC") !== value, N_("a text is not in Unicode normal form NFC"));
  else if (value !== null && typeof value === "object") Object.entries(value).flat().forEach(normal);
}

const hash32 = (source) => (fail(typeof source !== "string", N_("the file is damaged")), d64(source, 32), source);
const patternOf = (name) => name.split(".").map((part) => (/^\d+$/.test(part) ? "*" : part)).join(".");

const held = (table, name) => (Object.hasOwn(table, name) ? table[name] : undefined);

function fieldOf(type, name) {
  const fields = held(WORDS.types, type)?.fields ?? {};
  return held(fields, patternOf(name)) ?? held(fields, `${patternOf(name)}.*`);
}

async function readRecord(type, author, bytes) {
  const record = { type, author, values: new Map(), hidden: [], signers: [] };
  record.digests = await readBody(record, bytes);
  fail(!held(WORDS.types, type), N_("a record of type {type} is not known to this page; take a later one"), { type });
  for (const name of Object.keys(record.digests)) {
    const known = RESERVED.test(name) || fieldOf(type, name);
    fail(!known, N_("the field {name} of {type} is not known to this page; take a later one"), { name, type });
    fail(!/^[a-z][a-z0-9_]*(\.(0|[1-9][0-9]*|[a-z][a-z0-9_]*))*$/.test(name), N_("the file is damaged"));
  }
  record.values.forEach(normal);
  record.asked = askedOf(record);
  return record;
}

function askedOf(record) {
  const named = [...record.values.keys()].filter((name) => name.startsWith("asked_of."));
  const asked = named.map((unused, at) => record.values.get(`asked_of.${at}`));
  const good = asked.every((each) => Array.isArray(each) && each.length === 2 && PERSON.test(each[0]) && CAPACITIES.includes(each[1]));
  const rising = good && asked.every((each, at) => !at || asked[at - 1][0] < each[0]);
  fail(!rising || (asked.length && WITHOUT.test(record.type)), N_("those who are asked are not named as the format says"));
  return asked;
}

async function readEntry(request, source, body) {
  const entry = await parseEntry(utf8.encode(source));
  const position = entry.position;
  fail(entry.ledger !== request.origin, N_("entry #{position} is of another ledger: {ledger}"), { position, ledger: entry.ledger });
  const other = position === 0 && e64(entry.leaf) !== request.fingerprint;
  fail(other, N_("the first entry shown is not that of the ledger named"));
  const place = { position, leaf: e64(entry.leaf), recordedAt: entry.recorded_at };
  if (body === undefined) return place;
  const digest = e64(await sha(utf8.encode(`zeren/body/v1\n${body.split("\n")[0]}\n`)));
  fail(digest !== entry.body, N_("what is shown of entry #{position} is not its body"), { position });
  return { ...(await readRecord(entry.type, entry.people[0], utf8.encode(body))), ...place, signers: entry.people };
}

async function draftDigest(digests) {
  const kept = Object.fromEntries(Object.entries(digests).filter(([name]) => !LEFT_OUT.test(name)));
  return e64(await sha(utf8.encode(`zeren/draft/v1\n${canonical(kept)}\n`)));
}

async function readDraft(request, ask, after) {
  const [, digest, type, author] = ask.to;
  fail(typeof type !== "string" || !PERSON.test(author), N_("the file is damaged"));
  const record = await readRecord(type, author, utf8.encode(ask.body));
  fail((await draftDigest(record.digests)) !== digest, N_("the draft shown is not the one that is to be signed"));
  const genesis = type === GENESIS;
  const whole = genesis === !after && genesis === !request.fingerprint;
  fail(!whole, N_("the request does not show the last entry on record"));
  fail(record.hidden.length, N_("the request hides a field of the draft: {name}"), { name: record.hidden[0] });
  return record;
}

function referencesOf(record) {
  const found = new Map();
  for (const [name, value] of record.values) {
    const field = RESERVED.test(name) ? undefined : fieldOf(record.type, name);
    if (field?.reference && Array.isArray(value) && value.length === 3) found.set(canonical(value), value);
  }
  return [...found.values()];
}

async function checkFiles(ask, record) {
  const [named, shown] = [[], Object.entries(ask.attachments ?? {})];
  while (record.values.has(`attachments.${named.length}.sha256`)) named.push(record.values.get(`attachments.${named.length}.sha256`));
  for (const [number_, data] of shown) {
    const fits = /^(0|[1-9][0-9]*)$/.test(number_) && hex(await sha(d64(data))) === named[Number(number_)];
    fail(!fits, N_("attachment {number} is not the file that the record names"), { number: number_ });
  }
  return named.map((unused, at) => at).filter((at) => !shown.some(([number_]) => Number(number_) === at));
}

async function checkAsk(request, ask) {
  shaped(ask, ["to", "body"], ["capacity", "after", "after_entry", "not_after", "entry", "refers", "attachments"]);
  fail(ask.capacity !== undefined && !CAPACITIES.includes(ask.capacity), N_("a question is asked in a capacity that this page does not know"));
  fail(ask.not_after !== undefined && !TIME.test(ask.not_after), N_("the file is damaged"));
  const to = Array.isArray(ask.to) ? ask.to : [];
  fail(typeof ask.body !== "string", N_("the file is damaged"));
  const after = ask.after_entry === undefined ? undefined : await readEntry(request, ask.after_entry);
  const place = after && [after.position, after.leaf];
  fail(canonical(ask.after ?? null) !== canonical(place ?? null), N_("the entry that a question says it comes after is not the one shown"));
  let record;
  if (to[0] === "draft" && to.length === 4) {
    fail(ask.entry !== undefined || !ask.capacity || !ask.not_after, N_("a question about a draft says as what and until when"));
    record = await readDraft(request, ask, after);
  } else {
    fail(to[0] !== "entry" || to.length !== 3 || ask.entry === undefined || after, N_("the request does not show the entry that it asks about"));
    fail(!request.fingerprint, N_("the request does not name its ledger by its fingerprint"));
    record = await readEntry(request, ask.entry, ask.body);
    fail(to[1] !== record.position || to[2] !== record.leaf, N_("the entry shown is not the one that is to be signed"));
  }
  fail(WITHOUT.test(record.type), N_("nobody consents to an entry of type {type}"), { type: record.type });
  const mine = record.asked.find(([person]) => person === request.person);
  fail(to[0] === "draft" && !mine, N_("the draft does not name {person} among those who are asked"), { person: request.person });
  fail(mine && mine[1] !== ask.capacity, N_("the record names another capacity than the request"));
  const references = referencesOf(record);
  const own = references.filter(([ledger]) => ledger === "");
  fail(after && to[0] === "draft" && own.some(([, position]) => position > after.position), N_("the draft rests on entries later than the last one shown"));
  const cited = [];
  for (const each of ask.refers ?? []) {
    shaped(each, ["entry", "body"]);
    cited.push(await readEntry(request, each.entry, each.body));
  }
  const isCited = ([, position, leaf]) => cited.some((each) => each.position === position && each.leaf === leaf);
  const strange = cited.some((each) => !own.some(([, position, leaf]) => each.position === position && each.leaf === leaf));
  fail(strange, N_("the request shows entries that the record does not refer to"));
  const noFiles = await checkFiles(ask, record);
  const unseen = references.filter((each) => each[0] !== "" || !isCited(each));
  return { ask, record, cited, unseen, noFiles, after, known: [record.position === undefined ? null : record, after].filter(Boolean) };
}

async function readRequest(bytes) {
  let value;
  const source = text(bytes).replace(/^\ufeff/, "").replace(/\r?\n$/, "");
  try {
    value = parseJson(source);
  } catch {
    throw new Bad(source.startsWith("zeren/consent/") ? _("this is an answer, not a request: give it to whoever asked") : _("this is no request for a signature, or it was damaged on the way"));
  }
  fail(value?.zeren === "answer/v1", N_("this is an answer, not a request: give it to whoever asked"));
  fail(value?.zeren !== "request/v1", N_("this is no request for a signature that this page knows"));
  shaped(value, ["zeren", "origin", "fingerprint", "person", "asks"], ["names"]);
  normal(value);
  const texts = [value.origin, value.person, value.fingerprint].every((each) => typeof each === "string");
  const named = texts && ORIGIN.test(value.origin) && PERSON.test(value.person) && Array.isArray(value.asks) && value.asks.length;
  fail(!named || value.asks.length > 10000, N_("the file is damaged"));
  if (value.fingerprint !== "") hash32(value.fingerprint);
  const request = { names: {}, ...value };
  const shown = [];
  for (const [at, ask] of value.asks.entries()) {
    try {
      shown.push(await checkAsk(request, ask));
    } catch (error) {
      throw new Bad(_("question {number}: {fault}", { number: at + 1, fault: error instanceof Bad ? error.message : String(error) }));
    }
  }
  return { request, shown };
}

async function contentDigest(request, { record }) {
  const fields = Object.fromEntries([...record.values].filter(([name]) => !RESERVED.test(name)));
  return e64(await sha(utf8.encode(canonical([request.fingerprint, record.type, fields]))));
}

// --- what this browser remembers beside a key ---

class Memory {
  constructor(name) {
    this.name = `zeren/seen/${name}`;
    Object.assign(this, { highest: {}, signed: {}, label: undefined, kept: true });
    try {
      this.take(localStorage.getItem(this.name));
      localStorage.setItem(`${this.name}/try`, "1");
      localStorage.removeItem(`${this.name}/try`);
    } catch (error) {
      if (error instanceof Bad) throw error;
      this.kept = false; // a browser that keeps nothing: what the file says is all there is
    }
  }

  take(source) {
    if (!source) return;
    let data;
    try {
      data = JSON.parse(source);
      shaped(data, ["zeren", "highest", "signed"], ["label"]);
      for (const place of Object.values(data.highest)) hash32(place[1]);
    } catch {
      throw new Bad(_("what was signed with this key before cannot be read; restore a copy of its .seen file"));
    }
    for (const [ledger, place] of Object.entries(data.highest)) {
      const mine = this.highest[ledger];
      fail(mine && mine[0] === place[0] && mine[1] !== place[1], N_("two memories of this key name different histories; ask an inspector"));
      if (!mine || place[0] > mine[0]) this.highest[ledger] = place;
    }
    this.signed = { ...data.signed, ...this.signed };
    this.label = this.label ?? data.label;
  }

  check(request, shown) {
    const highest = this.highest[request.fingerprint];
    const seen = new Map(highest ? [highest] : []);
    for (const { known, after } of shown) {
      for (const { position, leaf } of known) {
        const other = seen.has(position) && seen.get(position) !== leaf;
        fail(other, N_("another history was shown before: entry #{position} was another; sign nothing, and ask an inspector"), { position });
        seen.set(position, leaf);
      }
      const older = after && highest && after.position < highest[0];
      fail(older, N_("the request rests on entry #{position}, and #{highest} was shown before; ask for a new request"), { position: after?.position, highest: highest?.[0] });
    }
  }

  remember(request, shown) {
    for (const { position, leaf } of shown.flatMap(({ known }) => known)) {
      const mine = this.highest[request.fingerprint];
      if (!mine || position > mine[0]) this.highest[request.fingerprint] = [position, leaf];
    }
  }

  text() {
    const label = this.label === undefined ? {} : { label: this.label };
    return `${JSON.stringify({ highest: this.highest, ...label, signed: this.signed, zeren: "seen/v1" }, null, 1)}\n`;
  }

  save() {
    try {
      localStorage.setItem(this.name, this.text());
    } catch {
      this.kept = false;
    }
  }
}

// --- the page ---

const at = (id) => document.getElementById(id);
const own = { files: Promise.resolve([]), signer: null, memory: null, request: null, shown: [], label: null };

function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (typeof content === "string") made.textContent = content;
  else made.append(...(content ?? []));
  return made;
}

function status(id, message, kind = "plain") {
  at(id).className = kind;
  at(id).replaceChildren(...message.split("\n").map((line) => element("p", line)));
}

async function attempt(id, act) {
  try {
    await act();
  } catch (error) {
    status(id, error instanceof Bad ? error.message : _("it does not work: {fault}", { fault: error }), "bad");
  }
}

function offer(place, name, content, type) {
  const link = element("a", _("Save {name}", { name }), { download: name, href: `data:${type};base64,${e64(utf8.encode(content))}`, class: "save" });
  at(place).append(element("p", [link]));
  return link;
}

const named = (id) => (typeof own.request.names[id] === "string" && own.request.names[id] ? `${id} (${visible(own.request.names[id])})` : id);

function fieldTitle(name) {
  const parts = name.split(".");
  const words = parts.filter((part) => !/^\d+$/.test(part)).map((part) => (held(WORDS.fields, part) ? titled(WORDS.fields[part]) : part));
  const numbers_ = parts.filter((part) => /^\d+$/.test(part)).map((part) => ` ${Number(part) + 1}`);
  return words.join(language === "en" ? ": " : "：") + numbers_.join("");
}

function worded(type, name, value) {
  const field = fieldOf(type, name);
  if (/^claims(\.|$)/.test(name) && typeof value === "string") return claimed(value);
  if (field?.about && typeof value === "string") return named(value);
  if (field?.reference && Array.isArray(value)) return value[0] ? _("an entry of another ledger") : `#${value[1]}`;
  if (typeof value === "boolean") return value ? _("yes") : _("no");
  if (Array.isArray(value)) return value.map((each) => worded(type, name, each)).join(language === "en" ? ", " : "、");
  if (value !== null && typeof value === "object") return Object.entries(value).map(([key, each]) => `${key}: ${worded(type, name, each)}`).join("; ");
  if (field?.closed && typeof value === "string" && held(WORDS.words, value)) return titled(WORDS.words[value]);
  if (field?.day && typeof value === "string") return written(value);
  return value === null ? "–" : visible(String(value));
}

function claimed(id) {
  const known = held(WORDS.obligations, id);
  return known ? `${titled(known)} (${id})` : visible(id);
}

function written(value) {
  // A day, or a moment with its own offset, as the record says it.
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)(?::00)?(\S*))?$/.exec(value);
  if (!found) return visible(value);
  const [, year, month, day, time, offset] = found;
  const on = language === "en" ? `${year}-${month}-${day}` : `${year}年${Number(month)}月${Number(day)}日`;
  return time ? `${on} ${time} (${offset})` : on;
}

const natural = (name) => name.split(".").map((part) => (/^\d+$/.test(part) ? part.padStart(9, "0") : `~${part}`)).join(".");

function fieldRows(record) {
  const order = Object.keys(WORDS.types[record.type].fields).map((name) => name.replace(/\.\*$/, ""));
  const rank = (name) => (order.indexOf(patternOf(name).replace(/\.\*$/, "")) + order.length + 1) % (order.length + 1);
  const names = [...record.values.keys()].filter((name) => !RESERVED.test(name));
  names.sort((one, two) => rank(one) - rank(two) || (natural(one) < natural(two) ? -1 : 1));
  return names.map((name) =>
    element("tr", [element("th", fieldTitle(name), { scope: "row" }), element("td", worded(record.type, name, record.values.get(name)))]),
  );
}

const recordTitle = (record) => titled(WORDS.types[record.type].title);

function onRecord(record) {
  const signers = record.signers.map(named).join(language === "en" ? ", " : "、");
  return _("recorded as #{position} on {moment}, signed by {signers}", { position: record.position, moment: moment(record.recordedAt), signers });
}

function recordBlock(record) {
  const parts = [element("table", fieldRows(record))];
  const hidden = record.hidden.map(fieldTitle).join(", ");
  if (hidden) parts.push(element("p", _("not shown of this record: {names}", { names: hidden }), { class: "careful" }));
  return parts;
}

function questionBlock(each, number_) {
  const { ask, record, cited, unseen, noFiles } = each;
  const heading = element("h3", `${number_ + 1}/${own.shown.length} ${recordTitle(record)}`, { id: `question-${number_}` });
  const standing = ask.to[0] === "draft" ? _("not yet recorded; it will be recorded by {person}", { person: named(record.author) }) : onRecord(record);
  const parts = [heading, element("p", standing), ...recordBlock(record)];
  for (const file of noFiles) parts.push(element("p", _("attachment {number} is not shown: only its digest is known", { number: file }), { class: "careful" }));
  for (const other of cited) {
    const summary = `${_("it refers to:")} ${recordTitle(other)}, ${onRecord(other)}`;
    parts.push(element("details", [element("summary", summary), ...recordBlock(other)]));
  }
  for (const [ledger, position] of unseen) {
    parts.push(element("p", _("it refers to {entry}, which is not shown", { entry: ledger ? _("an entry of another ledger") : `#${position}` })));
  }
  const capacityTitle = (capacity) => titled(WORDS.capacities[capacity].title);
  const others = record.asked.filter(([person]) => person !== own.request.person);
  if (others.length) {
    const people = others.map(([person, capacity]) => `${named(person)} (${capacityTitle(capacity)})`).join(", ");
    parts.push(element("p", _("asked too: {people}", { people })));
  }
  const newest = record.position === undefined ? each.after : record;
  if (newest) parts.push(element("p", _("the history shown to you ends on {moment}", { moment: moment(newest.recordedAt) })));
  if (ask.not_after) parts.push(element("p", _("to be answered and recorded until {moment}", { moment: moment(ask.not_after) })));
  if (ask.capacity) {
    parts.push(element("p", [element("strong", _("You are asked as: {capacity}", { capacity: capacityTitle(ask.capacity) }))]));
    parts.push(element("p", titled(WORDS.capacities[ask.capacity].meaning)));
  }
  if (record.type === GENESIS) {
    const digest = hex(d64(ask.to[1], 32)).match(/..../g).join(" ");
    parts.push(element("p", _("digest of the founding, to be compared with the custodian by telephone:")), element("p", digest, { class: "digest" }));
  }
  if (each.before) parts.push(element("p", _("Careful: the same content was signed with this key on {moment}.", { moment: moment(each.before) }), { class: "careful" }));
  parts.push(choice(each, number_));
  return element("section", parts, { class: "question", "aria-labelledby": `question-${number_}` });
}

function choice(each, number_) {
  if (isOver(each.ask)) return element("p", _("The time for an answer is over; ask for a new request."), { class: "careful" });
  const draft = each.ask.to[0] === "draft";
  const options = { agree: _("Agree: sign it"), refuse: draft ? _("Decline: nothing is signed") : _("Refuse, with a reason"), later: _("Leave open") };
  const parts = [element("legend", _("Your answer"))];
  for (const [value, label] of Object.entries(options)) {
    const input = element("input", null, { type: "radio", name: `answer-${number_}`, value });
    input.checked = value === (each.answer ?? "later");
    input.addEventListener("change", () => ((each.answer = value), refreshReason(number_, each), count()));
    parts.push(element("label", [input, element("span", ` ${label} `)]));
  }
  const reason = element("textarea", null, { rows: "2", id: `reason-${number_}` });
  reason.value = each.reason ?? "";
  reason.addEventListener("input", () => (each.reason = reason.value));
  const asking = element("label", [element("span", _("Reason")), reason], { class: "reason", id: `why-${number_}` });
  asking.hidden = draft || each.answer !== "refuse";
  return element("fieldset", [...parts, asking]);
}

function refreshReason(number_, each) {
  at(`why-${number_}`).hidden = each.ask.to[0] === "draft" || each.answer !== "refuse";
}

const isOver = (ask) => ask.not_after !== undefined && Date.now() > Date.parse(ask.not_after);

function count() {
  const answered = own.shown.filter((each) => ["agree", "refuse"].includes(each.answer)).length;
  at("count").textContent = _("{answered} of {all} answered", { answered, all: own.shown.length });
  at("sign").disabled = !answered;
}

function showRequest() {
  at("questions").replaceChildren();
  at("answer").replaceChildren();
  at("signing").hidden = !own.shown.length;
  if (!own.shown.length) return;
  const head = _("{number} questions to {person} from the ledger {ledger}", { number: own.shown.length, person: named(own.request.person), ledger: own.request.origin });
  at("questions").append(element("p", [element("strong", head)]), element("p", _("Names are the sender's word; what counts is the id before each.")));
  at("questions").append(...own.shown.map(questionBlock));
  count();
}

async function openKey() {
  status("key-status", _("opening the key …"));
  const files = await own.files; // they may still be read when the form is sent
  const source = files.find((file) => file.source.includes("PRIVATE KEY-----"));
  fail(!source, N_("choose your key file first"));
  const passphrase = at("passphrase").value;
  fail(!passphrase, N_("type the passphrase of your key"));
  const pkcs8 = await decryptKey(source.source, passphrase);
  const label = parseLabel(source.source.split("-----BEGIN ")[0]);
  fail(!label, N_("the key file does not say whose it is; make the request with zeren keys request, or make a key here"));
  const signer = await readKey(pkcs8, `${label.ledger}/${label.person}`);
  const memory = new Memory(signer.vkey);
  for (const file of files.filter((each) => each.name.endsWith(".seen"))) memory.take(file.source);
  if (!label.fingerprint && memory.label) label.fingerprint = memory.label[2];
  Object.assign(own, { signer, memory, label, keyName: source.name });
  at("passphrase").value = "";
  const said = [_("key of {person} for {ledger}", { person: label.person, ledger: label.ledger })];
  if (!memory.kept) said.push(_("This browser keeps nothing between visits: choose the .seen file together with the key each time, and save it after signing."));
  status("key-status", said.join("\n"), "good");
  await askAgain();
}

function checkLedger() {
  const { request, label } = own;
  const other = label.person !== request.person || label.ledger !== request.origin;
  fail(other, N_("the request asks {person} of {ledger}; this key is of {owner} for {other}"), { person: request.person, ledger: request.origin, owner: label.person, other: label.ledger });
  at("stating").hidden = true;
  if (!request.fingerprint) {
    fail(label.fingerprint, N_("this key is for a ledger that is founded already; a founding takes a new key"));
    return;
  }
  const stated = at("stated").value.trim();
  at("stating").hidden = Boolean(label.fingerprint);
  const known = label.fingerprint || stated;
  fail(!known, N_("the key does not say its ledger's fingerprint; compare it with a custodian by another way, then type it below: {fingerprint}"), { fingerprint: request.fingerprint });
  fail(known !== request.fingerprint, N_("the request is of another ledger than the key is for: its fingerprint differs"));
  label.known = known;
}

function checkFounder({ record }) {
  // A founding gives the person the very key that consents to it.
  if (record.type !== GENESIS) return;
  const { person } = own.request;
  const keys = [...record.values].filter(([name]) => /^keys\.[0-9]+$/.test(name)).map(([, row]) => row);
  const mine = keys.some((row) => Array.isArray(row) && row[0] === person && row[1] === own.signer.vkey);
  fail(!mine, N_("the founding names another key of {person} than this one"), { person });
}

async function askAgain() {
  if (!own.waiting) return;
  if (!own.signer) {
    status("request-status", _("open your key first; then the request is shown"));
    return;
  }
  Object.assign(own, { shown: [], request: null });
  await attempt("request-status", async () => {
    const { request, shown } = await readRequest(own.waiting);
    own.request = request;
    checkLedger();
    shown.forEach(checkFounder);
    own.memory.check(request, shown);
    for (const each of shown) each.before = own.memory.signed[await contentDigest(request, each)];
    own.shown = shown;
    status("request-status", _("Everything shown below was held against what you are to sign."), "good");
  });
  showRequest();
}

async function consentOf(each, made) {
  const { ask } = each;
  const { request } = own;
  const values = { answer: each.answer, fingerprint: request.fingerprint, made_at: stamp(made), person: request.person, to: ask.to };
  if (ask.capacity) values.capacity = ask.capacity;
  if (ask.after) values.after = ask.after;
  if (ask.not_after) {
    const last = ask.to[0] === "draft" ? Math.min(Date.parse(ask.not_after), made.getTime() + TERM) : Date.parse(ask.not_after);
    values.not_after = stamp(new Date(last));
  }
  let disclosure = null;
  if (each.answer === "refuse") {
    const reason = (each.reason ?? "").trim().normalize("NFC");
    fail(!reason, N_("a refusal says why: write the reason under each"));
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const url = (bytes) => e64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    disclosure = url(utf8.encode(canonical([url(salt), "reason", reason])));
    values.reason = e64(await sha(utf8.encode(disclosure)));
  }
  return [await signNote(own.signer, consentText(values)), disclosure];
}

async function signAll() {
  const [consents, reasons, declined] = [[], [], []];
  const made = new Date();
  for (const each of own.shown) {
    if (!["agree", "refuse"].includes(each.answer) || isOver(each.ask)) continue;
    if (each.answer === "refuse" && each.ask.to[0] === "draft") {
      declined.push(each.ask.to);
      continue;
    }
    const [note, disclosure] = await consentOf(each, made);
    consents.push(note);
    if (disclosure) reasons.push(disclosure);
    if (each.answer === "agree") own.memory.signed[await contentDigest(own.request, each)] ??= stamp(made);
  }
  own.memory.remember(own.request, own.shown);
  if (own.label.known) own.memory.label = [own.label.person, own.label.ledger, own.label.known];
  own.memory.save();
  const refused = reasons.length + declined.length;  // what stands is refused by a signature with its reason, a draft by none
  at("answer").replaceChildren(element("p", _("{agreed} agreed to, {refused} refused. Hand the file to whoever asked, and keep a copy.", { agreed: consents.length - reasons.length, refused })));
  const answer = `${canonical({ zeren: "answer/v1", consents, reasons, declined })}\n`;
  offer("answer", `${own.request.person}.answer.json`, answer, "application/json").focus();
  if (!own.memory.kept) offer("answer", `${own.keyName}.seen`, own.memory.text(), "application/json");
}

async function makeKey() {
  const value = (id) => at(id).value.trim();
  const [person, ledger, fingerprint] = [value("person"), value("ledger"), value("fingerprint")];
  const roles = ROLES.filter((role) => at(`role-${role}`).checked);
  fail(!PERSON.test(person) || person === "log", N_("your id is one of lower-case letters, digits and hyphens, as the custodian says it"));
  fail(!ORIGIN.test(ledger), N_("the ledger's name is one such as zeren.example/organ/duty; copy it whole"));
  if (fingerprint) hash32(fingerprint);
  fail(fingerprint && !roles.length, N_("choose at least one role, as agreed with the custodian"));
  const [passphrase, again] = [at("new-passphrase").value, at("repeated").value];
  fail(passphrase.length < 8, N_("the passphrase has at least eight characters"));
  fail(passphrase !== again, N_("the two passphrases differ"));
  status("made-status", _("making the key …"));
  at("made").replaceChildren();
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const file = await encryptKey(pkcs8, passphrase, { person, ledger, fingerprint });
  const opened = await decryptKey(file, passphrase); // a key that does not open again is not handed out
  fail(!same(opened, pkcs8), N_("the key file is damaged"));
  const signer = await readKey(opened, `${ledger}/${person}`);
  const possession = { answer: "agree", fingerprint, made_at: stamp(new Date()), person, to: ["possession", signer.vkey, roles] };
  const asking = fingerprint ? await signNote(signer, consentText(possession)) : `${signer.vkey}\n`;
  const digest = hex(await sha(utf8.encode(signer.vkey))).match(/..../g).join(" ");
  const keep = _("Keep the key file and its passphrase, and a copy of both elsewhere. Hand the second file to the custodian.");
  const read = _("SHA-256 of the key, to be read out to the custodian by telephone:");
  status("made-status", [keep, read, digest].join("\n"), "good");
  offer("made", `${person}.pem`, file, "application/x-pem-file");
  offer("made", `${person}.${fingerprint ? "possession" : "vkey"}`, asking, "text/plain");
  for (const id of ["new-passphrase", "repeated"]) at(id).value = "";
}

async function takeCard(input, where, fill) {
  const [file] = at(input).files;
  if (!file) return;
  await attempt(where, async () => {
    let card;
    try {
      card = JSON.parse(await file.text());
    } catch {
      card = null;
    }
    fail(card?.zeren !== "ledger/v1" || !ORIGIN.test(card.origin), N_("this is no card of a ledger; a custodian writes one with zeren keys card"));
    shaped(card, ["zeren", "origin", "fingerprint"]);
    hash32(card.fingerprint);
    fill(card);
    const read = _("fingerprint of the ledger, to be compared with a custodian by telephone:");
    status(where, [read, hex(d64(card.fingerprint, 32)).match(/..../g).join(" ")].join("\n"), "good");
  });
}

function speak() {
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  document.title = _("Signing page");
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = _(each.dataset.say);
  at("language").textContent = language === "en" ? "中文" : "English";
  at("language").lang = language === "en" ? "zh-CN" : "en";
  if (own.request) showRequest();
}

const whole = async (file) => ({ name: file.name, source: await file.text() });

async function begin() {
  at("language").addEventListener("click", () => ((language = language === "en" ? "zh_CN" : "en"), speak()));
  at("key-file").addEventListener("change", () => (own.files = Promise.all([...at("key-file").files].map(whole))));
  const submit = (id, where, act) => at(id).addEventListener("submit", (event) => (event.preventDefault(), attempt(where, act)));
  submit("opening", "key-status", openKey);
  submit("making", "made-status", makeKey);
  at("request-file").addEventListener("change", async () => {
    const [file] = at("request-file").files;
    own.waiting = file ? new Uint8Array(await file.arrayBuffer()) : null;
    await askAgain();
  });
  at("stated").addEventListener("change", askAgain);
  at("card").addEventListener("change", () => takeCard("card", "card-status", (card) => ((at("ledger").value = card.origin), (at("fingerprint").value = card.fingerprint))));
  at("stated-card").addEventListener("change", async () => {
    await takeCard("stated-card", "request-status", (card) => (at("stated").value = card.fingerprint));
    if (at("stated").value) await askAgain();
  });
  at("all").addEventListener("click", () => {
    for (const each of own.shown) if (!isOver(each.ask)) each.answer = "agree";
    showRequest();
  });
  at("sign").addEventListener("click", () => attempt("answer", signAll));
  if (navigator.language.toLowerCase().startsWith("en")) language = "en";
  speak();
  if (!(await hasEd25519())) {
    for (const id of ["opening", "making"]) at(id).hidden = true;
    status("able", _("This browser cannot sign with Ed25519. Chromium, Chrome and Edge from 137, Firefox from 129 and Safari from 17 can; or answer with zeren consent give."), "bad");
  }
}

begin();
