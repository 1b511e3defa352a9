"use strict";
// What every page of ours that reads ledgers' bytes shares: one spelling of bytes, JSON, keys, notes and entries
// (FORMAT.md sections 1, 2, 9). A page puts this file before its own. What is malformed is refused by `Bad`.

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const EIGHTH = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const WEAK = new Set([0n, 1n, P - 1n, EIGHTH, P - EIGHTH]);
const OTHER = 255;
const MEMBERS = "body ledger position previous recorded_at signers stream type version";
const utf8 = new TextEncoder();

class Bad extends Error {}

function refuse(wrong, what) {
  if (wrong) throw new Bad(what);
}

// --- bytes ---

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

async function sha(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

const text = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
const e64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const number = (bytes) => BigInt("0x" + hex(Uint8Array.from(bytes).reverse())); // little-endian
const same = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at]);

function d64(encoded, size) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
  } catch {
    throw new Bad("base64 不规范 / base64 is not canonical");
  }
  refuse(e64(bytes) !== encoded || (size !== undefined && bytes.length !== size), "base64 不规范 / base64 is not canonical");
  return bytes;
}

function u64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function canonical(value) {
  // RFC 8785, without floats: what JSON.stringify writes, names sorted by UTF-16 unit.
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  refuse(typeof value === "number" && !Number.isSafeInteger(value), "JSON 不规范 / a number that is not allowed");
  return JSON.stringify(value);
}

function parseJson(source) {
  // One spelling only: a repeated name, a space or another order is refused.
  const value = JSON.parse(source);
  refuse(canonical(value) !== source, "JSON 不规范 / JSON is not canonical");
  return value;
}

// --- keys, notes, signatures ---

async function parseVkey(source) {
  const [name, id] = source.split("+", 2);
  const encoded = source.slice(name.length + (id ?? "").length + 2);
  const material = d64(encoded);
  let wrong = hex(await sha(utf8.encode(`${name}\n`), material)).slice(0, 8) !== id;
  if (material[0] !== OTHER) {
    const y = number(d64(encoded, 33).subarray(1)) % 2n ** 255n;
    wrong ||= ![1, 4].includes(material[0]) || y >= P || WEAK.has(y);
  }
  refuse(wrong, "公钥无效 / a key that is weak or does not fit its id");
  return { name, id, label: `${name}+${id}`, kind: material[0], public: material.slice(1) };
}

function parseNote(bytes) {
  const source = text(bytes);
  const at = source.lastIndexOf("\n\n");
  const lines = source.slice(at + 2).replace(/\n$/, "").split("\n").map((line) => {
    const [dash, name, encoded, ...more] = line.split(" ");
    refuse(dash !== "—" || more.length || encoded === undefined, "签名行格式错误 / a malformed signature line");
    const payload = d64(encoded);
    return { name, label: `${name}+${hex(payload.subarray(0, 4))}`, signature: payload.slice(4), line: `${line}\n` };
  });
  const signed = source.slice(0, at + 1);
  const wrong = at < 0 || `${signed}\n${lines.map((line) => line.line).join("")}` !== source;
  refuse(wrong || /[\x00-\x09\x0b-\x1f]/.test(source), "签名文本格式错误 / a malformed note");
  return [signed, lines];
}

async function checkSignature(key, signed, payload) {
  let [message, signature] = [utf8.encode(signed), payload];
  if (key.kind === 4) {
    const time = new DataView(join(payload).buffer).getBigUint64(0);
    signature = payload.slice(8);
    message = join(utf8.encode(`cosignature/v1\ntime ${time}\n`), message);
  }
  const wrong = signature.length !== 64 || number(signature.subarray(32)) >= L;
  refuse(wrong || number(signature.subarray(0, 32)) % 2n ** 255n >= P, "签名格式错误 / the signature is malformed");
  const imported = await crypto.subtle.importKey("raw", key.public, { name: "Ed25519" }, false, ["verify"]);
  const fits = await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  refuse(fits !== true, `签名不成立 / the signature by ${key.label} does not fit`);
}

// --- entries ---

async function parseEntry(bytes) {
  const [signed, lines] = parseNote(bytes);
  const [first, second, rest, ...more] = signed.split("\n");
  const head = parseJson(second);
  const wrong = first !== "zeren/entry/v1" || rest !== "" || more.length || bytes.length > 65535;
  refuse(wrong || Object.keys(head).sort().join(" ") !== MEMBERS, "条目格式错误 / a malformed entry");
  const named = lines.map((line) => line.label.replace(`${head.ledger}/`, ""));
  const twice = new Set(named).size !== named.length;
  refuse(twice || canonical(named) !== canonical(head.signers), "签名人不符 / not the signers named");
  const people = head.signers.map((signer) => signer.split("+")[0]);
  return { ...head, signed, lines, people, leaf: await sha(Uint8Array.of(0), bytes), values: new Map(), hidden: [], digests: {} };
}

async function openBody(entry, bytes) {
  const [first] = text(bytes).split("\n", 1);
  const other = e64(await sha(utf8.encode(`zeren/body/v1\n${first}\n`))) !== entry.body;
  refuse(other, "正文不是签名时的正文 / not the body that was signed, or fields out of order");
  entry.digests = await readBody(entry, bytes);
}

async function readBody(record, bytes) {
  // Fills `values` and `hidden`; the digests by name come back. Whose body it is the caller checks.
  const [first, ...lines] = text(bytes).split("\n");
  const digests = parseJson(first);
  const rows = lines.slice(0, -1).map((line) => line.split(" "));
  const shown = new Set(rows.map(([name]) => name));
  const order = Object.keys(digests).filter((name) => shown.has(name));
  const wrong = canonical(rows.map(([name]) => name)) !== canonical(order) || lines.at(-1) !== "";
  refuse(wrong, "正文不是签名时的正文 / not the body that was signed, or fields out of order");
  for (const [name, disclosure, ...more] of rows) {
    const standard = disclosure.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (disclosure.length % 4)) % 4);
    const strange = more.length || !/^[A-Za-z0-9_-]*$/.test(disclosure);
    const changed = strange || e64(await sha(utf8.encode(disclosure))) !== digests[name];
    refuse(changed, `字段被改动 / the text of field ${name} does not fit its digest`);
    const [salt, stated, value, ...over] = parseJson(text(d64(standard)));
    refuse(stated !== name || salt.length !== 22 || over.length, `字段格式错误 / field ${name} is malformed`);
    record.values.set(name, value);
  }
  record.hidden = Object.keys(digests).filter((name) => !shown.has(name));
  return digests;
}

const pad = (position) => String(position).padStart(10, "0");

async function hasEd25519() {
  // RFC 8032 7.1, test 1: it must verify, and must not with another message.
  try {
    const bytes = (source) => Uint8Array.from(source.match(/../g), (pair) => parseInt(pair, 16));
    const point = bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const signature = bytes(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
    const key = await crypto.subtle.importKey("raw", point, { name: "Ed25519" }, false, ["verify"]);
    const verify = (message) => crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
    return (await verify(new Uint8Array(0))) === true && (await verify(Uint8Array.of(1))) === false;
  } catch {
    return false;
  }
}
