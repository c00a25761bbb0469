package casework

import (
	"slices"
	"time"
)

// Question makes a field a yes or a no about another field of the same licence
// (个人信息保护法 art. 6, the least that serves): an item that only has to know
// whether somebody is over 18 asks that, and the date of birth stays where it is.
// Exactly one of Years and OneOf is set.
type Question struct {
	Of    FieldID  // the field that is asked about
	Years int      // at least so many whole years have passed since its date
	OneOf []string // it is, or among its codes is, one of these
}

// The answers, as a form prints them.
const (
	Yes = "是"
	No  = "否"
)

// printedDate is how licences print a date.
const printedDate = "2006年1月2日"

// china is where halls keep the calendar. It has had no summer time since 1991.
var china = time.FixedZone("CST", 8*60*60)

// Answer answers the question of a printed value on the day of now. It is false
// where the value can't be read: that is neither a yes nor a no.
func (q Question) Answer(value string, now time.Time) (yes, ok bool) {
	if len(q.OneOf) > 0 {
		has := func(s string) bool { return slices.Contains(q.OneOf, s) }
		return has(value) || slices.ContainsFunc(codes(value), has), value != ""
	}
	since, err := time.Parse(printedDate, value)
	if err != nil || q.Years <= 0 {
		return false, false
	}
	y, m, d := now.In(china).Date()
	return !time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Before(since.AddDate(q.Years, 0, 0)), true
}

// codes splits a run of codes as licences print them, a letter with the digits
// after it each: 准驾车型 A2D is A2 and D.
func codes(value string) []string {
	var list []string
	for i, c := range []byte(value) {
		switch {
		case c >= 'A' && c <= 'Z':
			list = append(list, value[i:i+1])
		case c >= '0' && c <= '9' && len(list) > 0:
			list[len(list)-1] += value[i : i+1]
		default:
			return nil
		}
	}
	return list
}
