import {
  contrastOf,
  MARK_LEAST,
  MARKS,
  type Pairing,
  TEXT_LEAST,
  TEXTS,
  THEMES,
} from "../../styles/colours.ts";
import { useWords } from "../../words/use-words.ts";
import { Section, Specimen } from "./specimen.tsx";

const SIZES = [28, 20, 16, 14, 13, 12];
const SPACES = [4, 8, 12, 16, 20, 24, 40];

/** Colours by what they are for, with how far they are apart; type, space, corners, motion, focus. */
export function Foundations() {
  const { design } = useWords();
  const words = design.foundations;
  return (
    <>
      <Section id="colour" title={words.colour} text={words.colourText}>
        <Pairs title={words.texts} pairs={TEXTS} least={TEXT_LEAST} />
        <Pairs title={words.marks} pairs={MARKS} least={MARK_LEAST} />
      </Section>
      <Section id="type" title={words.type} text={words.typeText}>
        <Specimen name={words.scale}>
          <div class="type-scale">
            {SIZES.map((size) => (
              <p key={size} class={`size-${size}`}>
                <code>{size}</code> {words.pangram}
              </p>
            ))}
            <p>
              {words.pangram} <strong>{words.pangram}</strong>
            </p>
            <p class="muted">{words.secondary}</p>
            <p class="faint">{words.tertiary}</p>
            <p>
              <code>0123456789 7KQF-2M9D</code>
            </p>
          </div>
        </Specimen>
      </Section>
      <Section id="space" title={words.space} text={words.spaceText}>
        <Specimen name={words.grid}>
          <div class="space-scale">
            {SPACES.map((space) => (
              <span key={space}>
                <svg width={space} height={space} aria-hidden="true">
                  <rect width={space} height={space} fill="var(--accent)" />
                </svg>
                <code>{space}</code>
              </span>
            ))}
          </div>
        </Specimen>
      </Section>
      <Section id="motion" title={words.motion} text={words.motionText}>
        <Specimen name={words.tryIt}>
          <div class="actions">
            <button class="button" type="button">
              {words.hover}
            </button>
            <button class="button shows-focus" type="button">
              {words.focus}
            </button>
            <a class="link shows-focus" href="/design">
              {words.focusedLink}
            </a>
          </div>
        </Specimen>
      </Section>
    </>
  );
}

function Pairs({ title, pairs, least }: { title: string; pairs: readonly Pairing[]; least: number }) {
  const { design, number, states } = useWords();
  const words = design.foundations;
  const rows = pairs.flatMap(({ colour, grounds }) => grounds.map((ground) => ({ colour, ground })));
  return (
    <details class="panel contrasts" open={least === MARK_LEAST}>
      <summary>
        {title} <small class="muted">{words.atLeast(number(least))}</small>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section class="table-wrap" tabIndex={0} aria-label={title}>
        <table class="table measured">
          <thead>
            <tr>
              <th scope="col">{words.role}</th>
              <th scope="col">{words.ground}</th>
              {THEMES.map((theme) => (
                <th key={theme} scope="col" colSpan={2}>
                  {words.themes[theme]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ colour, ground }) => (
              <tr key={`${colour} ${ground}`}>
                <td>
                  <code>--{colour}</code>
                </td>
                <td>
                  <code>--{ground}</code>
                </td>
                {THEMES.map((theme) => {
                  const ratio = contrastOf(colour, ground, theme);
                  return (
                    <>
                      <td>
                        <Swatch colour={colour} ground={ground} theme={theme} text={least === TEXT_LEAST} />
                      </td>
                      <td class="number">{ratio < least ? states.health.error : number(ratio, 2)}</td>
                    </>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function Swatch(props: { colour: string; ground: string; theme: string; text: boolean }) {
  return (
    <svg class="swatch" data-theme={props.theme} viewBox="0 0 56 24" aria-hidden="true">
      <rect width="56" height="24" rx="4" fill={`var(--${props.ground})`} stroke="var(--line)" />
      {props.text ? (
        <text x="28" y="17" text-anchor="middle" fill={`var(--${props.colour})`}>
          Aa
        </text>
      ) : (
        <circle cx="28" cy="12" r="6" fill={`var(--${props.colour})`} />
      )}
    </svg>
  );
}
