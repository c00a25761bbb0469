package sheet

// Once returns the blocks of a file in which each may stand once. A second one of
// the same name and one with double brackets go to the report, and are not returned;
// neither is one that is Broken, which has been reported.
func Once(rows []*Row) []*Row {
	var once []*Row
	first := map[string]int{}
	for _, row := range rows {
		line, twice := first[row.Block]
		if !twice {
			first[row.Block] = row.Line
		}
		switch {
		case twice:
			row.Fault("", BlockTwice, row.Block, line)
		case row.Double:
			row.Fault("", BlockDouble, row.Block)
		case !row.Broken:
			once = append(once, row)
		}
	}
	return once
}
