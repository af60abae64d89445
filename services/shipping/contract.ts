import { contract, event } from '@rialto/kit/contract'
import {
  Country,
  Currency,
  Empty,
  entity,
  Id,
  Instant,
  input,
  Link,
  Money,
  oneOf,
  type Static,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'

export const DeliveryOption = entity('DeliveryOption', {
  methodId: Id('ship'),
  name: Type.String(),
  description: Type.String(),
  price: Money,
  earliest: Type.String({ format: 'date', description: 'First promised day' }),
  latest: Type.String({ format: 'date', description: 'Last promised day' }),
})
export type DeliveryOption = Static<typeof DeliveryOption>

const methodFields = {
  name: Text(100),
  description: Type.Optional(Text(300, 0)),
  countries: Type.Array(Country, { minItems: 1, maxItems: 250, description: 'The zone' }),
  rate: Type.Union(
    [
      input({ kind: Type.Literal('flat'), price: Money }),
      input({
        kind: Type.Literal('by-weight'),
        price: Money,
        perKilogram: Type.Integer({ minimum: 0, description: 'Minor units per started kilogram' }),
      }),
      input({
        kind: Type.Literal('by-item'),
        price: Money,
        perItem: Type.Integer({ minimum: 0, description: 'Minor units' }),
      }),
    ],
    { title: 'DeliveryMethodRate' },
  ),
  freeFrom: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Free from this subtotal on, minor units' }),
  ),
  minWeightGrams: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Not offered for anything lighter' }),
  ),
  maxWeightGrams: Type.Optional(Type.Integer({ minimum: 1 })),
  cutOffHour: Type.Integer({
    minimum: 0,
    maximum: 23,
    description: 'Orders after this hour (UTC) are handled the next working day',
  }),
  handlingDays: Type.Integer({ minimum: 0, maximum: 60 }),
  transitDaysMin: Type.Integer({ minimum: 0, maximum: 60 }),
  transitDaysMax: Type.Integer({ minimum: 0, maximum: 90 }),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
}
export const DeliveryMethod = entity('DeliveryMethod', { id: Id('ship'), ...methodFields, version: Version })
export type DeliveryMethod = Static<typeof DeliveryMethod>

export const Shipment = entity('Shipment', {
  id: Id('shp'),
  orderId: Link('ord'),
  fulfilmentId: Id('ful'),
  carrier: Type.String(),
  trackingNumber: Type.String(),
  status: oneOf(['created', 'in-transit', 'delivered', 'lost']),
  createdAt: Instant,
  deliveredAt: Type.Optional(Instant),
})
export type Shipment = Static<typeof Shipment>

const Moved = Type.Object({ shipmentId: Id('shp'), orderId: Id('ord'), fulfilmentId: Id('ful') })
export const shipmentCreated = event('shipment.created', 1, Moved)
export const shipmentInTransit = event('shipment.in-transit', 1, Moved)
export const shipmentDelivered = event('shipment.delivered', 1, Moved)

const staff = 'staff:shipping' as const
export const shipping = contract(
  'shipping',
  {
    version: 1,
    summary: 'Delivery options, shipments and tracking',
    events: [shipmentCreated, shipmentInTransit, shipmentDelivered],
  },
  {
    listDeliveryOptions: {
      method: 'POST',
      path: '/delivery-options',
      access: ['anyone', 'service'],
      idempotent: 'by-content',
      readOnly: true,
      summary: 'Offer delivery methods for a parcel and country, cheapest first',
      body: input({
        country: Country,
        currency: Currency,
        subtotal: Type.Integer({ minimum: 0 }),
        weightGrams: Type.Integer({ minimum: 0 }),
        itemCount: Type.Integer({ minimum: 1 }),
      }),
      reply: { 200: Type.Object({ items: Type.Array(DeliveryOption) }) },
    },
    listDeliveryMethods: {
      method: 'GET',
      path: '/delivery-methods',
      access: staff,
      summary: 'List delivery methods',
      reply: { 200: Type.Object({ items: Type.Array(DeliveryMethod) }) },
    },
    createDeliveryMethod: {
      method: 'POST',
      path: '/delivery-methods',
      access: staff,
      summary: 'Create a delivery method',
      body: input(methodFields, 'DeliveryMethodInput'),
      reply: { 201: DeliveryMethod },
    },
    replaceDeliveryMethod: {
      method: 'PUT',
      path: '/delivery-methods/:id',
      access: staff,
      summary: 'Replace a delivery method',
      body: input(methodFields, 'DeliveryMethodInput'),
      reply: { 200: DeliveryMethod },
    },
    removeDeliveryMethod: {
      method: 'DELETE',
      path: '/delivery-methods/:id',
      access: staff,
      summary: 'Remove a delivery method',
      reply: { 204: Empty },
    },
    listShipments: {
      method: 'GET',
      path: '/shipments',
      access: [staff, 'service'],
      summary: 'List the shipments of an order',
      query: Type.Object({ orderId: Id('ord') }),
      reply: { 200: Type.Object({ items: Type.Array(Shipment) }) },
    },
  },
)
