import { basename } from 'node:path'
import { diagramParts } from '../../drawing/network-diagram.js'
import { svgFile } from '../../drawing/svg.js'
import type { Network } from '../../index.js'

/** Returns a picture of a network with its weights, as the text of an SVG file. */
export function drawSvg(network: Network, path: string): string {
  const { size, content } = diagramParts(network)
  return svgFile(size, `${basename(path)}: the network with its weights`, content)
}

/** The number of pixels of a PNG file for each pixel of the SVG, so that it is sharp on fine screens and in print. */
const pixelRatio = 2

/** The pixels an inch of an SVG file without enlargement. */
const usualDensity = 72

/** Returns an SVG picture as a PNG file, or undefined if no package that can draw it is installed. */
export async function drawPng(svg: string): Promise<Uint8Array | undefined> {
  return (await drawWithSharp(svg)) ?? (await drawWithResvg(svg))
}

async function drawWithSharp(svg: string): Promise<Uint8Array | undefined> {
  const sharp = await optional(async () => (await import('sharp')).default)
  return (
    sharp &&
    (await sharp(Buffer.from(svg), { density: usualDensity * pixelRatio })
      .png()
      .toBuffer())
  )
}

/** What descent uses of @resvg/resvg-js 2, which is no dependency of its development. */
interface Resvg {
  readonly Resvg: new (
    svg: string,
    options: { fitTo: { mode: 'zoom'; value: number } },
  ) => { render(): { asPng(): Uint8Array } }
}

async function drawWithResvg(svg: string): Promise<Uint8Array | undefined> {
  const name = '@resvg/resvg-js'
  const loaded = await optional<Resvg>(() => import(name))
  return loaded && new loaded.Resvg(svg, { fitTo: { mode: 'zoom', value: pixelRatio } }).render().asPng()
}

/** Returns undefined if a package is not installed, or cannot be loaded on this machine. */
async function optional<Package>(load: () => Promise<Package>): Promise<Package | undefined> {
  return load().catch(() => undefined)
}
