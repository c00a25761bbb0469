package receipt

import "testing"

// BenchmarkVerifyOneReceipt is what a counter does for each entry: its trust is
// followed once, the receipts are many.
func BenchmarkVerifyOneReceipt(b *testing.B) {
	for name, n := range map[string]int{"one validator": 1, "four validators": 4} {
		b.Run(name, func(b *testing.B) {
			block := makeBlock(b, fixed(2), n, 16, n, false)
			raw := block.receipt(b, 5)
			v, err := block.trust.Follow()
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := v.Verify(raw, block.txs[5]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(raw)), "bytes/receipt")
		})
	}
}

// BenchmarkFollow follows a hundred changes of four validators; a counter does it
// once a start, and Extend once a change.
func BenchmarkFollow(b *testing.B) {
	const changes = 100
	c := newChain(b, "abcd")
	var heights []int64
	for i := range int64(changes) {
		c.grow(2*(i+1), []string{"abce", "abcd"}[i%2])
		heights = append(heights, 2*(i+1))
	}
	trust := c.follow(heights...).Trust()
	raw, err := trust.Encode()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("all links", func(b *testing.B) {
		for b.Loop() {
			if _, err := trust.Follow(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/changes, "µs/link")
		b.ReportMetric(float64(len(raw))/changes, "bytes/link")
	})
	b.Run("parsing the document", func(b *testing.B) {
		for b.Loop() {
			if _, err := ParseTrust(raw); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/changes, "µs/link")
	})
	b.Run("one more", func(b *testing.B) {
		most := c.follow(heights[:changes-1]...)
		last := c.link(heights[changes-1])
		for b.Loop() {
			if _, err := most.Extend(last); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkPathsOfABlock is what building the receipts of a full block costs.
func BenchmarkPathsOfABlock(b *testing.B) {
	txs := make([][]byte, 1700)
	for i := range txs {
		txs[i] = make([]byte, 600)
		txs[i][0], txs[i][1] = byte(i), byte(i>>8)
	}
	for b.Loop() {
		if len(PathsOf(txs)) != len(txs) {
			b.Fatal("a path is missing")
		}
	}
}
