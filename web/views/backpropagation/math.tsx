import type { ComponentChildren } from 'preact'
import { numberText } from '#src/drawing/number-text'

/** A formula on a line of its own. */
export function Formula({ children }: { readonly children: ComponentChildren }) {
  return (
    <math display="block">
      <mrow>{children}</mrow>
    </math>
  )
}

/** Numbers in a line that may break between its pieces. */
export function NumberLine({ children }: { readonly children: ComponentChildren }) {
  return <div class="equation-numbers">{children}</div>
}

export function Piece({ children }: { readonly children: ComponentChildren }) {
  return (
    <math>
      <mrow>{children}</mrow>
    </math>
  )
}

/** A symbol with a neuron below it and a layer above it. Each letter is a symbol of its own, so that it is slanted. */
export function Indexed({
  name,
  below,
  above,
}: {
  readonly name: string
  readonly below: string
  readonly above: string
}) {
  return (
    <msubsup>
      <mi>{name}</mi>
      <Letters text={below} />
      <Letters text={above} />
    </msubsup>
  )
}

function Letters({ text }: { readonly text: string }) {
  return (
    <mrow>
      {[...text].map((letter) =>
        /\d/.test(letter) ? (
          <mn key={letter}>{letter}</mn>
        ) : /[+−]/.test(letter) ? (
          <mo key={letter}>{letter}</mo>
        ) : (
          <mi key={letter}>{letter}</mi>
        ),
      )}
    </mrow>
  )
}

/** The slope of the activation function. */
export function Slope() {
  return (
    <mrow>
      <mi>f</mi>
      <mo lspace="0" rspace="0">
        ′
      </mo>
    </mrow>
  )
}

/** The slope of the cost by a parameter. */
export function SlopeOfCost({ children }: { readonly children: ComponentChildren }) {
  return (
    <mfrac>
      <mrow>
        <mo>∂</mo>
        <mi>C</mi>
      </mrow>
      <mrow>
        <mo>∂</mo>
        {children}
      </mrow>
    </mfrac>
  )
}

/** A number. A negative one that is no term of its own stands in parentheses. */
export function Num({ value, inner = false }: { readonly value: number; readonly inner?: boolean }) {
  const text = numberText(value)
  const isWrapped = inner && value < 0
  return (
    <mrow>
      {isWrapped && <Op>(</Op>}
      <mn>{text}</mn>
      {isWrapped && <Op>)</Op>}
    </mrow>
  )
}

/** An operator, with the same space on both sides also where it begins a line. A parenthesis is as high as the text. */
export function Op({ children }: { readonly children: string }) {
  const isParenthesis = children === '(' || children === ')'
  // Preact leaves out an attribute that is false, but the word must be there.
  if (isParenthesis) return <mo {...({ stretchy: 'false' } as object)}>{children}</mo>
  return (
    <mo lspace="0.25em" rspace="0.25em">
      {children}
    </mo>
  )
}
