// `medusa exec ./add-orders.js`: fills the history of one customer by Medusa's own order module, without checkouts.
module.exports.default = async function addOrders({ container }) {
  const { count, customerId, email, region, channel, variants, address } = JSON.parse(process.env.ORDERS)
  const orders = container.resolve('order')
  for (let first = 0; first < count; first += 50) {
    const batch = Array.from({ length: Math.min(50, count - first) }, (_, index) => ({
      currency_code: 'eur',
      email,
      customer_id: customerId,
      region_id: region,
      sales_channel_id: channel,
      shipping_address: address,
      billing_address: address,
      items: [
        {
          title: `Product ${first + index}`,
          variant_id: variants[(first + index) % variants.length],
          quantity: 1,
          unit_price: 25,
          requires_shipping: true,
        },
      ],
      shipping_methods: [{ name: 'Standard', amount: 5 }],
    }))
    await orders.createOrders(batch)
  }
}
