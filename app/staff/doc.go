// Package staff says who is at the counter: by number and password or by a card,
// against the hall's roster, which the centre signs and the counter keeps, so that
// it works while the centre is away. Every answer, also a refusal, is in the
// operator log before it is given.
//
// What it does not do: it does not decide what a role may do, holds no session and
// knows no case. It keeps no password, card PIN or number that is nobody's, nowhere:
// somebody may have typed a password in the place of a number.
//
// Of an unknown number and a wrong password it says the same after the same work.
// Wrong passwords of a number are slowed at this counter, up to a minute, and lock
// nobody out: a colleague's number typed wrong all day long costs the colleague a
// minute once, or nothing with a card.
package staff
