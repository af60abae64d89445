import { json, type Queries, type Tx } from '@rialto/kit/database'
import type { Shipment } from './contract.ts'

export interface StoredShipment extends Shipment {
  readonly version: number
}

export async function shipmentsOf(queries: Queries, orderId: string): Promise<Shipment[]> {
  const rows = await queries.rows<Row>`
    select * from shipments where order_id = ${orderId} order by created_at, id limit 100`
  return rows.map(shipmentOf).map(({ version: _, ...shipment }) => shipment)
}

export async function findShipment(queries: Queries, id: string): Promise<StoredShipment | undefined> {
  const row = await queries.row<Row>`select * from shipments where id = ${id}`
  return row && shipmentOf(row)
}

export async function lockShipment(tx: Tx, id: string): Promise<StoredShipment | undefined> {
  const row = await tx.row<Row>`select * from shipments where id = ${id} for update`
  return row && shipmentOf(row)
}

/** Returns whether it is new: a fulfilment is shipped once. */
export async function insertShipment(tx: Tx, shipment: Omit<Shipment, 'deliveredAt'>): Promise<boolean> {
  const { id, orderId, fulfilmentId, carrier, trackingNumber, status, createdAt } = shipment
  const inserted = await tx.run`
    insert into shipments (id, order_id, fulfilment_id, carrier, tracking_number, status, created_at)
    values (${id}, ${orderId}, ${fulfilmentId}, ${carrier}, ${trackingNumber}, ${status}, ${createdAt})
    on conflict (fulfilment_id) do nothing`
  return inserted === 1
}

export async function moveShipment(
  tx: Tx,
  { id, status, deliveredAt, version }: Pick<StoredShipment, 'id' | 'status' | 'deliveredAt' | 'version'>,
): Promise<void> {
  await tx.run`
    update shipments set status = ${status}, delivered_at = ${deliveredAt}, version = ${version} where id = ${id}`
}

/** Notes shipments that are known to have arrived, also those that were not heard of before. */
export async function saveDelivered(tx: Tx, shipments: readonly Shipment[]): Promise<void> {
  await tx.run`
    insert into shipments
      (id, order_id, fulfilment_id, carrier, tracking_number, status, created_at, delivered_at)
    select id, "orderId", "fulfilmentId", carrier, "trackingNumber", status, "createdAt", "deliveredAt"
    from jsonb_to_recordset(${json(shipments)}) as s(id text, "orderId" text, "fulfilmentId" text, carrier text,
      "trackingNumber" text, status text, "createdAt" timestamptz, "deliveredAt" timestamptz)
    on conflict (fulfilment_id) do update set status = excluded.status,
      delivered_at = excluded.delivered_at, version = shipments.version + 1
      where shipments.status <> 'delivered'`
}

interface Row extends Omit<StoredShipment, 'deliveredAt'> {
  readonly deliveredAt: string | null
}

function shipmentOf({ deliveredAt, ...shipment }: Row): StoredShipment {
  return deliveredAt === null ? shipment : { ...shipment, deliveredAt }
}
