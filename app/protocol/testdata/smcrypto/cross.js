// What npm's sm-crypto makes of the same bytes: one JSON object in, one out. All
// bytes are hex. A test of package protocol asks.
const { sm2, sm3, sm4 } = require("sm-crypto");

const bytes = (hex) => Array.from(Buffer.from(hex, "hex"));
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const pair = sm2.generateKeyPairHex();

process.stdout.write(JSON.stringify({
  holds: asked.signatures.map((s) => sm2.doVerifySignature(bytes(s.message), s.signature, s.key, { hash: true })),
  key: pair.publicKey,
  signatures: asked.signatures.map((s) => s.message).map((m) => sm2.doSignature(bytes(m), pair.privateKey, { hash: true, publicKey: pair.publicKey })),
  digests: asked.messages.map((m) => sm3(bytes(m))),
  macs: asked.messages.map((m) => sm3(bytes(m), { mode: "hmac", key: asked.salt })),
  blocks: sm4.encrypt(bytes(asked.blocks), bytes(asked.block_key), { padding: "none" }),
  public: sm2.getPublicKeyFromPrivateKey(asked.secret),
}));
