// The same pictures as image_worker.py makes, by sharp: once for each line of input, in a process of its own.
const fs = require('node:fs')
const path = require('node:path')
const readline = require('node:readline')
const sharp = require('sharp')

const [photo, out, effort] = process.argv.slice(2)
sharp.concurrency(1)
sharp.cache(false) // or every photo but the first comes from memory

function peakMegabytes() {
  const status = '/proc/self/status'
  return fs.existsSync(status) ? Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync(status, 'utf8'))[1]) / 1024 : null
}

async function rendered(edge) {
  return sharp(photo)
    .rotate()
    .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .webp({ quality: 80, effort: Number(effort) })
    .toBuffer()
}

async function main() {
  console.log(JSON.stringify({ version: sharp.versions.sharp, peak: peakMegabytes() }))
  for await (const _ of readline.createInterface({ input: process.stdin })) {
    const started = performance.now()
    const large = await rendered(2048)
    const small = await rendered(400)
    const milliseconds = performance.now() - started
    fs.writeFileSync(path.join(out, 'large.webp'), large)
    fs.writeFileSync(path.join(out, 'small.webp'), small)
    console.log(JSON.stringify({ milliseconds, peak: peakMegabytes() }))
  }
}

main()
