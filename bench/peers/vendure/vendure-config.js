const path = require('node:path')
const {
  DefaultJobQueuePlugin,
  DefaultSchedulerPlugin,
  DefaultSearchPlugin,
  dummyPaymentHandler,
} = require('@vendure/core')
const { AssetServerPlugin } = require('@vendure/asset-server-plugin')
const { defaultEmailHandlers, EmailPlugin, FileBasedTemplateLoader } = require('@vendure/email-plugin')

// As @vendure/create 3.7.3 lays it out, with its settings for production. Its pages for staff are left out.
const port = Number(process.env.PORT)
const emails = path.join(__dirname, 'static/email')

exports.config = {
  apiOptions: {
    hostname: '127.0.0.1',
    port,
    adminApiPath: 'admin-api',
    shopApiPath: 'shop-api',
    trustProxy: 1,
    cors: { origin: [], credentials: true },
  },
  authOptions: {
    tokenMethod: ['bearer', 'cookie'],
    superadminCredentials: {
      identifier: process.env.SUPERADMIN_USERNAME,
      password: process.env.SUPERADMIN_PASSWORD,
    },
    cookieOptions: { secret: process.env.COOKIE_SECRET },
  },
  dbConnectionOptions: {
    type: 'postgres',
    // The tables are made once, before anything is measured.
    synchronize: process.env.DB_SYNC === 'true',
    logging: false,
    // With the 10 of its driver, 32 checkouts at once can wait for each other for good.
    poolSize: Number(process.env.DB_POOL),
    database: process.env.DB_NAME,
    schema: 'public',
    host: process.env.DB_HOST,
    port: Number(process.env.DB_PORT),
    username: process.env.DB_USERNAME,
    password: process.env.DB_PASSWORD,
  },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  customFields: {},
  plugins: [
    AssetServerPlugin.init({
      route: 'assets',
      assetUploadDir: path.join(__dirname, 'static/assets'),
      assetUrlPrefix: `http://127.0.0.1:${port}/assets/`,
    }),
    DefaultSchedulerPlugin.init(),
    DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true }),
    DefaultSearchPlugin.init({ bufferUpdates: false, indexStockStatus: true }),
    EmailPlugin.init({
      // As its template has it: mails are written to files, by the worker.
      devMode: true,
      outputPath: path.join(emails, 'sent'),
      route: 'mailbox',
      handlers: defaultEmailHandlers,
      templateLoader: new FileBasedTemplateLoader(
        path.join(__dirname, 'node_modules/@vendure/email-plugin/templates'),
      ),
      globalTemplateVars: {
        fromAddress: '"Shop" <noreply@shop.example>',
        verifyEmailAddressUrl: 'http://localhost:8080/verify',
        passwordResetUrl: 'http://localhost:8080/password-reset',
        changeEmailAddressUrl: 'http://localhost:8080/verify-email-address-change',
      },
    }),
  ],
}
