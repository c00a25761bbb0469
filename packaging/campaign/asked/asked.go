// Package asked tells a test of a campaign how much it was asked to do, and with
// which seed, so that whoever reads its counts can have them again. Tests alone
// import it; packaging/test-faults sets what it reads.
//
// It must not choose a seed by itself: a run that nobody can repeat proves nothing.
package asked

import (
	"fmt"
	"os"
	"strconv"
)

// seedVariable holds the seed of a whole run.
const seedVariable = "COUNTERFOIL_SEED"

// Count returns how many rounds the environment variable asks for; usual where it
// is not set. It panics where that is no number above nothing: a campaign of no
// rounds would pass.
func Count(variable string, usual int) int {
	s := os.Getenv(variable)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		panic(fmt.Sprintf("%s=%q: a number above 0 is wanted", variable, s))
	}
	return n
}

// Seed returns the seed of COUNTERFOIL_SEED; usual where it is not set.
func Seed(usual uint64) uint64 {
	s := os.Getenv(seedVariable)
	if s == "" {
		return usual
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("%s=%q: a whole number is wanted", seedVariable, s))
	}
	return n
}
