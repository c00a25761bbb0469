// Package authorization decides who may use whose licences: it makes and
// redeems eight-digit codes, asks the citizen's phone, and mints, registers,
// lends and revokes grants. It trusts nobody's clock but its own, and a counter
// only to be the counter whose key it holds.
//
// It must not check PINs or find names (package phone does), read licences
// (package repository), or know how the ledger is reached (it is handed two
// functions). Codes never appear in a log, an error or the store.
//
// # The arithmetic of codes
//
// A code is one of 10^8. It lives three minutes, is used once, and a citizen
// has at most one. It is looked up with hall and item, so an entry can match
// only the L codes that live at this moment for this hall and either this item
// or, where the citizen chose none, any item that needs no more than the chosen
// kinds. A guess therefore hits with L/10^8, and the expected hits of a day are
// the sum of L over the day's guesses, divided by 10^8. L of one entry is
// called its exposure here.
//
// Whoever is compromised (a clerk, a counter, every counter of every hall,
// with citizens of their own as accomplices), the sum of exposures is what
// must be bounded, and it is bounded directly: every wrong entry is charged its
// exposure, 24 a day for a hall and 96 a day for the city. An entry that would
// pass either bound is no longer compared for a grant: a code that it matches
// is asked for with a tap on the phone of the citizen who made it, who sees
// hall, counter, item and match words. What needs the citizen's agreement is
// no hit. So, with at most 1 % of the numbers taken by codes that are kept for
// telling "used" from "unknown",
//
//	expected hits a day ≤ 96 / (0.99 × 10^8) = 9.7 × 10^-7 < 10^-6.
//
// 96 is the largest multiple of four that keeps this, and a hall has a
// quarter of it, so that one hall's attackers cost only that hall its comfort;
// it takes four halls to make the whole city tap.
//
// Where more than 24 codes live at once in a hall that name no item, every
// entry there asks for the tap: one guess would be worth more than the day's
// bound. Codes that name their item keep L near 1.
//
// A right entry is no guess and is charged nothing. A wrong one that its own
// case corrects within three minutes costs the counter and the clerk nothing,
// and the hall and the city only the exposure of the *other* citizens' codes
// (L-1, mostly 0 where codes name their item). The alternative, forgetting a
// corrected entry altogether, lets a clerk with one accomplice guess without
// end, each time redeeming the accomplice's code afterwards: refused.
//
// Counters and clerks are bounded by entries, 10 a day never corrected, after
// which theirs ask for the tap; at 30 the counter or clerk is refused until the
// day ends (the QR still works), so taps can't be used to pester people. Each
// bounds what the other does not: a counter may name any clerk, a clerk may
// walk to any counter.
//
// The five of a code are for somebody who saw or heard most of it: entries that
// differ from a live code in one or two digits lock it. They are recognized by
// keyed hashes of the code with two digits masked; a blind guess is such a near
// miss only in 2,341 of 10^8 cases. Locking on any five wrong entries in the
// hall would let one rogue clerk lock everybody's codes: refused.
//
// # What a refusal tells
//
// used, expired and locked are said of codes that are dead, and only where they
// could have been redeemed (hall and item): a guesser learns nothing about one
// that lives. A live code entered at another hall, for another item, or for one
// that needs more kinds than it names is unknown, like a number that nobody
// has. A code that was turned into a tap is used by it, whatever the answer, so
// what a guesser finds out by the tap is worth nothing at another counter.
//
// The citizen whose code it is reads all of it in the records: where a code was
// tried that opens nothing there, and where one was locked. The page's README says
// what can't be told to anybody.
//
// # Unbinding
//
// Revoke counts from the moment it is on disk here: UseGrant refuses, and HandOut
// looks once more before an answer leaves. The counter follows Revocations from
// the first on after each start, destroys what it holds of the case, and says so
// with Wiped until it was heard; nothing of that is kept at the counter but the
// wiping itself, so no power cut can lose it. A grant is shown as wiped by its own
// counter's word alone.
package authorization
