/** As Vendure's starter storefront asks, without what this catalog does not have. */

export const search = `query search($input:SearchInput!){search(input:$input){totalItems
  items{productId productName slug currencyCode productAsset{id preview}
    priceWithTax{...on PriceRange{min max} ...on SinglePrice{value}} inStock}}}`

export const searchWithFacets = `query search($input:SearchInput!){search(input:$input){totalItems
  items{productId productName slug currencyCode productAsset{id preview}
    priceWithTax{...on PriceRange{min max} ...on SinglePrice{value}} inStock}
  facetValues{count facetValue{id name facet{id name}}}}}`

export const product = `query product($slug:String){product(slug:$slug){id name slug description
  collections{id slug name breadcrumbs{id name slug}} facetValues{facet{id code name} id code name}
  featuredAsset{id preview} assets{id preview} optionGroups{id code name options{id code name}}
  variants{id name priceWithTax price currencyCode sku stockLevel options{id code name groupId}
    featuredAsset{id preview}}}}`

const order = `id code active createdAt state currencyCode couponCodes discounts{type description amountWithTax}
  totalQuantity subTotal subTotalWithTax taxSummary{description taxRate taxTotal} shippingWithTax totalWithTax
  customer{id firstName lastName emailAddress}
  shippingAddress{fullName streetLine1 city province postalCode countryCode phoneNumber}
  shippingLines{shippingMethod{id name} priceWithTax}
  lines{id unitPriceWithTax linePriceWithTax quantity featuredAsset{id preview}
    productVariant{id name price product{id slug}}}
  payments{id state method amount}`

export const activeOrder = `query{activeOrder{${order}}}`

export const history = `query($options:OrderListOptions){activeCustomer{id orders(options:$options){totalItems
  items{id code state orderPlacedAt currencyCode totalWithTax totalQuantity
    lines{id quantity linePriceWithTax productVariant{id name}}}}}}`

export const adminOrders = `query($options:OrderListOptions){orders(options:$options){totalItems
  items{id code state type createdAt updatedAt orderPlacedAt currencyCode total totalWithTax
    customer{id firstName lastName emailAddress} shippingLines{shippingMethod{name}}}}}`

const refusal = '...on ErrorResult{errorCode message}'
const transition = '...on OrderStateTransitionError{errorCode message transitionError}'
const of = (head: string, field: string, also = refusal) =>
  `mutation(${head}){r:${field}{__typename ...on Order{${order}} ${also}}}`

export const mutations = {
  add: of('$v:ID!,$q:Int!', 'addItemToOrder(productVariantId:$v,quantity:$q)'),
  customer: of('$i:CreateCustomerInput!', 'setCustomerForOrder(input:$i)'),
  address: of('$i:CreateAddressInput!', 'setOrderShippingAddress(input:$i)'),
  shipping: of('$s:[ID!]!', 'setOrderShippingMethod(shippingMethodId:$s)'),
  state: of('$s:String!', 'transitionOrderToState(state:$s)', transition),
  pay: of('$i:PaymentInput!', 'addPaymentToOrder(input:$i)'),
} as const
