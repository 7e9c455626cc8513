namespace BioLearn.Kernels.Convolution;

/// <summary>Grid rows (or columns) whose taps lie inside the picture at the same places: Of[point] is a kind, Taps[kind][tap] whether the tap lies inside.</summary>
internal sealed record Border(int[] Of, bool[][] Taps)
{
    public static Border Find(int points, int[] offsets, int size)
    {
        var of = new int[points];
        var kinds = new List<bool[]>();
        for (int point = 0; point < points; point++)
        {
            bool[] inside = [.. offsets.Select(o => (uint)(point + o) < (uint)size)];
            int kind = kinds.FindIndex(k => k.AsSpan().SequenceEqual(inside));
            if (kind < 0)
            {
                kind = kinds.Count;
                kinds.Add(inside);
            }

            of[point] = kind;
        }

        return new(of, [.. kinds]);
    }
}
