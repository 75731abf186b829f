/**
 * How a gateway comes to another key with nobody at the site, told over the two logs:
 *
 *     cloud                                       gateway
 *       key.rotate                            →     makes a key pair, keeps both
 *       both are good from now on             ←   key.made, signed with either key
 *       key.use                               →     the new key takes the old one's place, and the line is opened anew
 *       the new key was used: the old is over ←   hello
 *
 * Each step is stored with the cursor that says it was taken, so that a power cut repeats none and leaves none out.
 */

/**
 * The text that both keys sign: the one in use says that it is the gateway that wants another, the new one that it is
 * there. `publicKey` is the new one.
 */
export function keySigningText(rotation: string, gateway: string, publicKey: string): string {
  return `homepot key 1\n${rotation}\n${gateway}\n${publicKey}`;
}
