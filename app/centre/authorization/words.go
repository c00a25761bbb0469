package authorization

import (
	"crypto/rand"
	_ "embed" // the list of plants
	"fmt"
	"math/big"
	"strings"
)

// plants are names of two characters that every adult reads and that sound
// unlike each other.
//
//go:embed plants.txt
var plants string

// newWords returns match words such as 海棠·17: what citizen and clerk compare
// between pad and phone. Some 5,700 pairs make a relayed request differ from
// the one on the pad in all but 1 of 5,700 tries; they are no secret.
func newWords() (string, error) {
	list := strings.Fields(plants)
	plant, err := rand.Int(rand.Reader, big.NewInt(int64(len(list))))
	if err != nil {
		return "", err
	}
	number, err := rand.Int(rand.Reader, big.NewInt(90))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s·%d", list[plant.Int64()], 10+number.Int64()), nil
}
