/**
 * The icons of the interface, as markup. Owns the SVG files beside it (Lucide, see README.md) and promises a name for
 * each; never decides where or how large one is drawn, which is `components/icon.tsx`.
 */
import arrowDown from "./arrow-down.svg" with { type: "text" };
import arrowUp from "./arrow-up.svg" with { type: "text" };
import bell from "./bell.svg" with { type: "text" };
import bookOpen from "./book-open.svg" with { type: "text" };
import box from "./box.svg" with { type: "text" };
import cctv from "./cctv.svg" with { type: "text" };
import check from "./check.svg" with { type: "text" };
import chevronRight from "./chevron-right.svg" with { type: "text" };
import circleAlert from "./circle-alert.svg" with { type: "text" };
import circleUser from "./circle-user.svg" with { type: "text" };
import clock from "./clock.svg" with { type: "text" };
import copy from "./copy.svg" with { type: "text" };
import cpu from "./cpu.svg" with { type: "text" };
import creditCard from "./credit-card.svg" with { type: "text" };
import doorOpen from "./door-open.svg" with { type: "text" };
import flaskConical from "./flask-conical.svg" with { type: "text" };
import gauge from "./gauge.svg" with { type: "text" };
import gripVertical from "./grip-vertical.svg" with { type: "text" };
import info from "./info.svg" with { type: "text" };
import keyboard from "./keyboard.svg" with { type: "text" };
import layoutDashboard from "./layout-dashboard.svg" with { type: "text" };
import listChecks from "./list-checks.svg" with { type: "text" };
import logOut from "./log-out.svg" with { type: "text" };
import mapPin from "./map-pin.svg" with { type: "text" };
import maximize from "./maximize.svg" with { type: "text" };
import moon from "./moon.svg" with { type: "text" };
import pencil from "./pencil.svg" with { type: "text" };
import plus from "./plus.svg" with { type: "text" };
import router from "./router.svg" with { type: "text" };
import scrollText from "./scroll-text.svg" with { type: "text" };
import search from "./search.svg" with { type: "text" };
import slidersHorizontal from "./sliders-horizontal.svg" with { type: "text" };
import slidersVertical from "./sliders-vertical.svg" with { type: "text" };
import store from "./store.svg" with { type: "text" };
import sun from "./sun.svg" with { type: "text" };
import sunMoon from "./sun-moon.svg" with { type: "text" };
import tablet from "./tablet.svg" with { type: "text" };
import thermometer from "./thermometer.svg" with { type: "text" };
import unplug from "./unplug.svg" with { type: "text" };
import userPlus from "./user-plus.svg" with { type: "text" };
import users from "./users.svg" with { type: "text" };
import x from "./x.svg" with { type: "text" };

export const ICONS = {
  "arrow-down": arrowDown,
  "arrow-up": arrowUp,
  bell,
  "book-open": bookOpen,
  box,
  cctv,
  check,
  "chevron-right": chevronRight,
  "circle-alert": circleAlert,
  "circle-user": circleUser,
  clock,
  copy,
  cpu,
  "credit-card": creditCard,
  "door-open": doorOpen,
  "flask-conical": flaskConical,
  gauge,
  "grip-vertical": gripVertical,
  info,
  keyboard,
  "layout-dashboard": layoutDashboard,
  "list-checks": listChecks,
  "log-out": logOut,
  "map-pin": mapPin,
  maximize,
  moon,
  pencil,
  plus,
  router,
  "scroll-text": scrollText,
  search,
  "sliders-vertical": slidersVertical,
  "sliders-horizontal": slidersHorizontal,
  store,
  sun,
  "sun-moon": sunMoon,
  tablet,
  thermometer,
  unplug,
  "user-plus": userPlus,
  users,
  x,
} as const satisfies Record<string, string>;

export type IconName = keyof typeof ICONS;
