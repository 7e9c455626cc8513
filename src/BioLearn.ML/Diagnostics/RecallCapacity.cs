using BioLearn.Kernels.Random;

namespace BioLearn.ML.Diagnostics;

/// <summary>Makes a memory of patterns.</summary>
/// <param name="patterns">[count, size] row by row, elements -1 and +1.</param>
/// <returns>From a damaged pattern, 0 where an element is unknown, to a completed one, whose signs count.</returns>
public delegate Func<float[], float[]> PatternMemory(ReadOnlySpan<float> patterns);

/// <summary>What a memory gave back.</summary>
/// <param name="Patterns">Patterns that it was given.</param>
/// <param name="Recalled">How many of them came back, but for <see cref="RecallCapacity.Tolerance"/> of their elements.</param>
/// <param name="WrongSigns">Share of wrong elements over all patterns; an element of 0 is wrong.</param>
public readonly record struct RecallPoint(int Patterns, int Recalled, double WrongSigns)
{
    /// <summary>Share of the patterns that came back, 0 to 1.</summary>
    public double Share => (double)Recalled / Patterns;
}

/// <summary>
/// How many patterns a memory holds: random patterns are added, and all that it was given are asked for, damaged. The k-th pattern and its damage depend on
/// the seed and k alone, so that memories are compared on the same.
/// </summary>
/// <example><code>
/// var capacity = new RecallCapacity { Size = 400, Damage = new(HiddenShare: 0, FlippedShare: .1) };
/// foreach (var point in capacity.Measure(Hebb))
///     Console.WriteLine($"{point.Patterns}: {point.Share:P0}");
/// </code></example>
public sealed record RecallCapacity
{
    /// <summary>
    /// Patterns for each unit up to which a memory with Hebb's rule gives random patterns back, in the limit of many units (Amit, Gutfreund and Sompolinsky,
    /// Physical Review Letters 55, 1985): 0.138.
    /// </summary>
    public const double ClassicalLimit = .138;

    /// <summary>Elements of a pattern, at least 1.</summary>
    public required int Size { get; init; }

    /// <summary>How patterns are damaged before they are asked for.</summary>
    public PatternDamage Damage { get; init; }

    /// <summary>Patterns that are added from one point to the next, at least 1.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Most patterns, at least <see cref="Step"/>.</summary>
    public int MaximumPatterns { get; init; } = 100;

    /// <summary>Share of the elements that may be wrong in a pattern that counts as recalled, 0 to 1: at the classical limit 1.6 % are.</summary>
    public double Tolerance { get; init; } = .03;

    /// <summary>Seed of patterns and damage.</summary>
    public long Seed { get; init; }

    /// <summary>Gives the k-th pattern.</summary>
    /// <param name="number">k, from 0.</param>
    public float[] Pattern(int number)
    {
        RandomStream random = new(Seed, $"pattern/{number}");
        float[] pattern = new float[Size];
        for (int i = 0; i < Size; i++)
            pattern[i] = random.NextBernoulli(.5) ? 1 : -1;
        return pattern;
    }

    /// <summary>Measures a memory, point by point as they are asked for.</summary>
    /// <param name="memorize">Makes the memory.</param>
    /// <param name="cancellation">Stops between recollections.</param>
    /// <returns>A point for every <see cref="Step"/> patterns, up to <see cref="MaximumPatterns"/>.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IEnumerable<RecallPoint> Measure(PatternMemory memorize, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(memorize);
        Guard.AtLeast(Size, 1);
        Guard.AtLeast(Step, 1);
        Guard.AtLeast(MaximumPatterns, Step);
        Guard.Holds(Tolerance is >= 0 and <= 1, Tolerance, "must be between 0 and 1", nameof(Tolerance));
        Damage.Check();
        return Points(memorize, cancellation);
    }

    private IEnumerable<RecallPoint> Points(PatternMemory memorize, CancellationToken cancellation)
    {
        List<float[]> patterns = [];
        while (patterns.Count + Step <= MaximumPatterns)
        {
            for (int i = 0; i < Step; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                patterns.Add(Pattern(patterns.Count));
            }
            var complete = memorize([.. patterns.SelectMany(pattern => pattern)]);
            int recalled = 0;
            long wrong = 0;
            for (int k = 0; k < patterns.Count; k++)
            {
                cancellation.ThrowIfCancellationRequested();
                float[] completed = complete(Damage.Apply(patterns[k], new RandomStream(Seed, $"damage/{k}")));
                int here = patterns[k].Zip(completed).Count(pair => !(pair.First * pair.Second > 0));
                wrong += here;
                recalled += here <= Tolerance * Size ? 1 : 0;
            }
            yield return new(patterns.Count, recalled, (double)wrong / ((long)patterns.Count * Size));
        }
    }
}
