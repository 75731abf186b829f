/** The first look around, for who is new. */
export function tour() {
  return {
    again: "Show me around",
    start: "Show me around",
    skip: "No, thanks",
    end: "End",
    back: "Back",
    next: "Next",
    done: "Done",
    /** `{step}`, `{steps}`: filled in by the script, which knows what is on the page. */
    count: "{step} of {steps}",
    welcome: { title: "Welcome to HOMEPOT", text: "A look around takes half a minute." },
    first: {
      title: "Begin with a site",
      text: "A site is a shop, a restaurant, a plant. Its gateway comes next, and devices appear by themselves.",
    },
    totals: {
      title: "Everything in one line",
      text: "Each number leads to its list. The shape beside it says how things are: a disc is well, a triangle a warning, a square an error, a ring offline.",
    },
    attention: {
      title: "What needs you",
      text: "The worst first, each with its reason and since when. When nothing is here, nothing is wrong.",
    },
    estate: {
      title: "Every site is a tile",
      text: "In the colour of its worst state. Click one to see its gateway and its devices.",
    },
    connection: {
      title: "How fresh this is",
      text: "Live means as it happens. When the line is down this says so, and since when.",
    },
    account: {
      title: "You, and the rest",
      text: "Colours, language, members, your sessions. You find this tour here again.",
    },
  };
}

export type TourWords = ReturnType<typeof tour>;
