package asked

import "testing"

func TestWhatIsAskedIsDoneAndNonsenseIsNoCampaign(t *testing.T) {
	const variable = "COUNTERFOIL_ROUNDS_OF_A_TEST"
	if n := Count(variable, 7); n != 7 {
		t.Errorf("usually %d", n)
	}
	t.Setenv(variable, "12")
	t.Setenv(seedVariable, "18446744073709551615")
	if n, s := Count(variable, 7), Seed(1); n != 12 || s != 1<<64-1 {
		t.Errorf("%d rounds, seed %d", n, s)
	}
	for _, nonsense := range []string{"0", "-1", "many"} {
		t.Setenv(variable, nonsense)
		panics(t, nonsense, func() { Count(variable, 7) })
	}
	t.Setenv(seedVariable, "-1")
	panics(t, "a seed of -1", func() { Seed(1) })
}

func panics(t *testing.T, what string, do func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s is taken", what)
		}
	}()
	do()
}
