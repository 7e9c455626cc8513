using System.Numerics;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>One drawn episode of an <see cref="AssociativeMemoryTask"/>: its patterns, their order, and the test.</summary>
internal sealed class AssociativeMemoryEpisode<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AssociativeMemoryTask _task;
    private readonly T[] _patterns;
    private readonly int[] _order;

    public AssociativeMemoryEpisode(AssociativeMemoryTask task)
    {
        _task = task;
        _patterns = new T[task.Patterns * task.PatternSize];
        _order = new int[task.Cycles * task.Patterns];
        Preserved = new T[task.PatternSize];
    }

    /// <summary>±1, one of the episode's patterns.</summary>
    public Span<T> Pattern(int index) => _patterns.AsSpan(index * _task.PatternSize, _task.PatternSize);

    /// <summary>Which pattern each presentation shows, [cycles, patterns].</summary>
    public Span<int> Order => _order;

    /// <summary>Which pattern the test asks for.</summary>
    public int TestIndex { get; set; }

    /// <summary>1 where the degraded pattern keeps its element, 0 where it is missing.</summary>
    public T[] Preserved { get; }

    public ReadOnlySpan<T> Target => Pattern(TestIndex);

    /// <summary>Draws patterns, orders and test.</summary>
    public void Draw(RandomStream stream)
    {
        for (int p = 0; p < _task.Patterns; p++)
        {
            do
                DrawPattern(stream, Pattern(p));
            while (_task.PatternKind == PatternKind.Orthogonal && !IsOrthogonal(p));
        }

        for (int cycle = 0; cycle < _task.Cycles; cycle++)
            stream.FillPermutation(_order.AsSpan(cycle * _task.Patterns, _task.Patterns));
        TestIndex = stream.NextInt(_task.Patterns);
        if (_task.IndependentMask)
        {
            stream.FillBernoulli<T>(Preserved, 1 - _task.DegradedShare);
            return;
        }

        int missing = (int)(_task.DegradedShare * _task.PatternSize);
        Preserved.AsSpan(0, missing).Clear();
        Preserved.AsSpan(missing).Fill(T.One);
        stream.Shuffle<T>(Preserved);
    }

    /// <summary>Writes the inputs of every step, and y(0) = 0.</summary>
    public void WriteTo(PlasticEpisode<T> episode)
    {
        episode.Inputs.Clear();
        episode.Output(0).Clear();
        T bias = T.CreateChecked(_task.BiasStrength);
        for (int step = 1; step <= _task.Steps && bias != T.Zero; step++)
            episode.Input(step)[_task.PatternSize] = bias;
        int start = 1;
        foreach (int pattern in _order)
        {
            for (int step = 0; step < _task.PresentationSteps; step++)
                Present(Pattern(pattern), [], episode.Input(start + step));
            start += _task.PresentationSteps + _task.DelaySteps;
        }

        for (int step = start; step <= _task.Steps; step++)
            Present(Target, Preserved, episode.Input(step));
    }

    private void Present(ReadOnlySpan<T> pattern, ReadOnlySpan<T> preserved, Span<T> input)
    {
        T strength = T.CreateChecked(_task.PatternStrength);
        for (int k = 0; k < pattern.Length; k++)
            input[k] = preserved.IsEmpty || preserved[k] != T.Zero ? strength * pattern[k] : T.Zero;
    }

    private void DrawPattern(RandomStream stream, Span<T> pattern)
    {
        if (_task.PatternKind == PatternKind.Independent)
        {
            stream.FillBernoulli(pattern, .5);
            foreach (ref T value in pattern)
                value = value + value - T.One;
            return;
        }

        pattern[..(pattern.Length / 2)].Fill(-T.One);
        pattern[(pattern.Length / 2)..].Fill(T.One);
        stream.Shuffle(pattern);
    }

    private bool IsOrthogonal(int index)
    {
        for (int other = 0; other < index; other++)
        {
            T product = T.Zero;
            for (int k = 0; k < _task.PatternSize; k++)
                product += Pattern(index)[k] * Pattern(other)[k];
            if (product != T.Zero)
                return false;
        }

        return true;
    }
}
