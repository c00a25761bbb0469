package sheet

// Nearest returns the known word that s most likely stands for, or "" when none
// is near: up to half of its letters, and three at most, may differ.
func Nearest(s string, known []string) string {
	best, least := "", min(3, (len(s)+1)/2)+1
	if len(s) > 64 {
		return ""
	}
	for _, k := range known {
		if d := distance(s, k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance returns the Levenshtein distance in bytes; keys are ASCII.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			before, row[j+1] = row[j+1], min(before+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
