/**
 * A schema says how the rows of a table become the inputs of a network, and its outputs the answers. It is saved with the
 * network, so that columns are found by name and treated as in training.
 */

/** How a number becomes an input: (value - center) * factor. With `clip`, that is v / sqrt(1 + (v / 3)^2) of it. */
export interface Scaling {
  /** The median, or the mean if the column is standardized. */
  readonly center: number
  /** 1 / (quartile range), or 1 / (standard deviation) if the column is standardized. */
  readonly factor: number
  /** Whether values far from the center are drawn in smoothly, so that no input is beyond 3. */
  readonly clip: boolean
}

export interface NumberColumn extends Scaling {
  readonly name: string
  readonly kind: 'number'
  /**
   * The edges of intervals, in rising order. Each interval has an input: how far the value is through it, from 0 to 1
   * (piecewise linear encoding; Gorishniy, Rubachev and Babenko, "On embeddings for numerical features", 2022). So a network
   * can learn fine steps, such as where a coast is. Empty if there are none.
   */
  readonly edges: readonly number[]
  /** What a missing value counts as: the median of training. */
  readonly fill: number
  /** Whether an input says if the value is missing. It is there if training had missing values. */
  readonly indicator: boolean
}

/** A column of true/false, yes/no, t/f, y/n or 1/0, in any case of letters. */
export interface BooleanColumn {
  readonly name: string
  readonly kind: 'boolean'
  readonly indicator: boolean
}

/** A column of texts, each of which has an input that is 1 in its rows and 0 in all others. */
export interface CategoryColumn {
  readonly name: string
  readonly kind: 'category'
  readonly categories: readonly string[]
  /** Whether an input stands for all other texts. It is there if training had rare ones. Otherwise they give zeros. */
  readonly other: boolean
  /** Whether an input stands for missing values. It is there if training had some. Otherwise they give zeros. */
  readonly indicator: boolean
}

export const dateParts = ['hour', 'weekday', 'month'] as const
export type DatePart = (typeof dateParts)[number]

/** A column of dates or times in ISO 8601: the scaled seconds since 1970, and the sine and cosine of each part. */
export interface DateColumn extends Scaling {
  readonly name: string
  readonly kind: 'date'
  readonly parts: readonly DatePart[]
  readonly fill: number
  readonly indicator: boolean
}

export type InputColumn = NumberColumn | BooleanColumn | CategoryColumn | DateColumn
export type ColumnKindName = InputColumn['kind']

/** A target that is one of several classes. */
export interface ClassTarget {
  readonly name: string
  readonly kind: 'classes'
  /** The texts of the classes, in the order of the outputs. */
  readonly classes: readonly string[]
}

/** A target that is a number. It is scaled in training, and the answers of the network are in its own units. */
export interface NumberTarget {
  readonly name: string
  readonly kind: 'number'
  readonly mean: number
  readonly deviation: number
  /**
   * Whether the scaling is part of the last layer, as in every finished model. While a network learns, and in its checkpoints,
   * an output times the deviation plus the mean is the answer.
   */
  readonly folded: boolean
}

export type TargetColumn = ClassTarget | NumberTarget

export interface IgnoredColumn {
  readonly name: string
  /** Why the column is not used, such as "all its values differ". */
  readonly reason: string
}

export interface TableSchema {
  readonly version: 1
  /** The number of rows that the schema was made from. */
  readonly rows: number
  readonly inputs: readonly InputColumn[]
  readonly target: TargetColumn
  readonly ignored: readonly IgnoredColumn[]
}

/** Returns the number of inputs of the network that a column becomes. */
export function widthOf(column: InputColumn): number {
  const more = column.indicator ? 1 : 0
  switch (column.kind) {
    case 'category':
      return column.categories.length + (column.other ? 1 : 0) + more
    case 'date':
      return 1 + 2 * column.parts.length + more
    case 'number':
      return 1 + intervalsOf(column) + more
    default:
      return 1 + more
  }
}

/** Returns the number of intervals of a number column. */
export function intervalsOf({ edges }: Pick<NumberColumn, 'edges'>): number {
  return Math.max(0, edges.length - 1)
}

/** Returns the number of inputs of the network. */
export function schemaWidth({ inputs }: Pick<TableSchema, 'inputs'>): number {
  return inputs.reduce((sum, column) => sum + widthOf(column), 0)
}

/** Returns a name for each input of the network, such as "age", "plan = pro" or "age is missing". */
export function schemaInputNames({ inputs }: Pick<TableSchema, 'inputs'>): string[] {
  return inputs.flatMap((column) => {
    const { name } = column
    const missing = column.indicator ? [`${name} is missing`] : []
    if (column.kind === 'category') {
      const texts = column.categories.map((text) => `${name} = ${text}`)
      return [...texts, ...(column.other ? [`${name} is another`] : []), ...missing]
    }
    const intervals =
      column.kind === 'number'
        ? column.edges.slice(1).map((edge, i) => `${name} from ${column.edges[i]} to ${edge}`)
        : []
    const parts =
      column.kind === 'date' ? column.parts.flatMap((part) => [`sin`, `cos`].map((f) => `${f} ${part} of ${name}`)) : []
    return [name, ...intervals, ...parts, ...missing]
  })
}

/** Returns the number of outputs of the network. */
export function schemaOutputs({ target }: Pick<TableSchema, 'target'>): number {
  return target.kind === 'classes' ? target.classes.length : 1
}

/** The words of a boolean column, in lower case. */
export const truthWords: ReadonlyMap<string, 0 | 1> = new Map([
  ['true', 1],
  ['yes', 1],
  ['y', 1],
  ['t', 1],
  ['1', 1],
  ['false', 0],
  ['no', 0],
  ['n', 0],
  ['f', 0],
  ['0', 0],
])

/** Returns 1 or 0 for a word of a boolean column, and undefined for any other text. */
export function truthOf(text: string): 0 | 1 | undefined {
  return truthWords.get(text) ?? truthWords.get(text.toLowerCase())
}
