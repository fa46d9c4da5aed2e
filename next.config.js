/**
 * Next.js settings. Plumbline runs Next inside its own server (`server.ts`); see docs/architecture.md.
 * @type {import('next').NextConfig}
 */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Only development: live reload under the other name of this machine too; Next knows "localhost" by itself.
  allowedDevOrigins: ['127.0.0.1'],
  // The image optimiser is off: it is attack surface that no page needs.
  images: { unoptimized: true },
  // Nothing is cached between requests: every page shows what is stored now.
  cacheMaxMemorySize: 0,
  serverExternalPackages: ['better-sqlite3', 'pino', '@node-rs/argon2'],
  // Types are checked by `npm run verify`; the build does not repeat it.
  typescript: { ignoreBuildErrors: true },
}

export default config
