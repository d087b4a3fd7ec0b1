// nodemailer, pooled, with raw messages: node send.mjs MESSAGE PORT CONNECTIONS NUMBER
// MESSAGE is a complete message with CRLF line ends; its To line and Message-ID are each reader's.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const nodemailer = createRequire(process.env.BENCH_NODE)("nodemailer");
const [file, port, connections, number] = process.argv.slice(2);
const kept = readFileSync(file);
const transport = nodemailer.createTransport({
  pool: true,
  host: "127.0.0.1",
  port: Number(port),
  secure: false,
  ignoreTLS: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
});
const begun = process.hrtime.bigint();
const used = process.cpuUsage();
let next = 0;
let sent = 0;

async function send(at) {
  const to = `reader${at}@d${at % 500}.example`;
  const key = at.toString(16).padStart(32, "0");
  const head = Buffer.from(`To: <${to}>\r\nMessage-ID: <${key}@news.example>\r\n`);
  const raw = Buffer.concat([head, kept]);
  const envelope = { from: `b+${key}@news.example`, to: [to] };
  await transport.sendMail({ envelope, raw });
  sent += 1;
}

// As many under way as twice the connections: the pool never waits, and memory stays flat.
async function worker() {
  while (next < Number(number)) {
    next += 1;
    await send(next);
  }
}
await Promise.all(Array.from({ length: 2 * Number(connections) }, worker));
const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
const { user, system } = process.cpuUsage(used);
console.log(JSON.stringify({ sent, seconds, cpu: (user + system) / 1e6 }));
transport.close();
