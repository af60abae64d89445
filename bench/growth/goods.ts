// A seeded range of goods as SQL: product number `i` is the same whatever the size, so a larger shop holds the smaller.

/** Where the range of a load begins and ends: products number `$1` to `$2`. */
export const goods = `
goods as materialized (
  select i, prod, handle, title, vendor, kind, leaf, category, colour, material, price, described,
    case when spread < 0.6 then array[null::text] when spread < 0.85 then array['Small', 'Medium', 'Large']
      else array['Single', 'Double'] end as sizes,
    '2026-01-01'::timestamptz + i * interval '1 second' as created
  from (
    select i, 'prod_01' || lpad(i::text, 24, '0') as prod, 'goods-' || i as handle,
      ${spread(1)} as spread,
      ${pick(['Classic', 'Modern', 'Small', 'Large', 'Light', 'Warm', 'Soft', 'Bright', 'Plain', 'Fine', 'Quiet', 'Round', 'Wild', 'Old', 'Nordic', 'Sunny'], 2, 2.5)} || ' '
        || ${pick(['Oak', 'Wool', 'Linen', 'Steel', 'Glass', 'Cotton', 'Clay', 'Leather', 'Paper', 'Cork', 'Silk', 'Copper'], 3, 1.5)} || ' ' || kind || ' ' || ${word('i / 8', 4)} as title,
      kind, 'Maker ' || (1 + floor(power(${spread(5)}, 3) * least(2000, 20 + i / 100)))::integer as vendor,
      leaf, 'cat_01' || lpad(leaf::text, 24, '0') as category,
      ${pick(['Black', 'White', 'Red', 'Blue', 'Green', 'Grey', 'Brown', 'Yellow', 'Pink', 'Orange', 'Violet', 'Gold'], 6, 1.5)} as colour,
      ${pick(['Wood', 'Metal', 'Cloth', 'Stone', 'Plastic', 'Ceramic', 'Rubber', 'Bamboo'], 7, 1.5)} as material,
      199 + floor(exp(${spread(8)} * 6.5) * 20)::bigint * 10 as price, described
    from (
      select i, ${pick(kinds(), 9, 2)} as kind,
        -- A leaf of one of 8 branches of one of 12 trees, the first of each the most frequent.
        1000 + floor(12 * power(${spread(10)}, 2))::integer * 100 + floor(8 * ${spread(11)})::integer * 10
          + floor(5 * ${spread(12)})::integer as leaf,
        (select string_agg(${word(`floor(20000 * power(${spread('n * 16 + 13')}, 4))::bigint`, 13)}, ' ') from generate_series(1, 24) as n) as described
      from generate_series($1::bigint, $2::bigint) as i) as drawn) as named
)`

/** Trees, branches and leaves: id, parent, name, path. */
export const categories = `
categories_made as (
  select 'cat_01' || lpad(n::text, 24, '0') as id, null::text as parent, 'Tree ' || n as name, 'tree-' || n as handle, array[n] as path
    from generate_series(1, 12) as n
  union all select 'cat_01' || lpad(n::text, 24, '0'), 'cat_01' || lpad((n / 10 - 9)::text, 24, '0'), 'Branch ' || n, 'branch-' || n,
    array[n / 10 - 9, n] from generate_series(100, 219) as n where n % 10 < 8
  union all select 'cat_01' || lpad(n::text, 24, '0'), 'cat_01' || lpad((n / 10)::text, 24, '0'), 'Leaf ' || n, 'leaf-' || n,
    array[n / 100 - 9, n / 10, n] from generate_series(1000, 2199) as n where n % 10 < 5 and n / 10 % 10 < 8)`

/** A number from 0 to 1 that belongs to product `i`, another one for each purpose. */
function spread(purpose: number | string): string {
  return `((hashint8extended(i, ${purpose}) & 1048575) / 1048576.0::float8)`
}

/** One of the words, the first ones more often the higher the power. */
function pick(words: readonly string[], purpose: number, power: number): string {
  const list = words.map((one) => `'${one}'`).join(', ')
  return `(array[${list}])[1 + floor(${words.length} * power(${spread(purpose)}, ${power}))::integer]`
}

/** A word that nobody has heard, made of three syllables, the same for the same number. */
function word(number: string, seed: number): string {
  const syllables =
    'ba be bi bo bu da de di do du fa fe fi fo fu ga ge gi go gu ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu pa pe pi po pu ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo vu za ze zi zo'
  const list = `'{${syllables.split(' ').join(',')}}'::text[]`
  const at = (shift: number) => `(${list})[1 + ((hashint8extended(${number}, ${seed}) >> ${shift}) & 63)]`
  return `(${at(0)} || ${at(6)} || ${at(12)} || ${at(18)})`
}

function kinds(): string[] {
  const names =
    'Lamp Shirt Chair Cup Bag Table Scarf Bowl Clock Rug Jacket Vase Plate Cushion Mirror Basket Blanket Belt Hat Kettle Knife Spoon Fork Shelf Desk Stool Bench Sofa Bed Pillow Towel Candle Frame Poster Pen Notebook Ruler Brush Comb Soap Ring Bracelet Necklace Watch Wallet Umbrella Glove Sock Shoe Boot Sandal Coat Dress Skirt Trouser Sweater Vest Apron Tray Jar Bottle Glass Jug Pan Pot Lid Grater Mill Scale Timer Radio Speaker Cable Charger Torch Tent Rope Hammer Saw Drill Nail Screw Paint Ladder Bucket Broom Mop Hose Spade Rake Seed Pot Planter Kite Ball Puzzle Doll Train Drum Flute Violin Guitar'
  return names.split(' ')
}
