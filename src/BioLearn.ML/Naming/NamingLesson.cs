namespace BioLearn.ML.Naming;

/// <summary>
/// How names are taught, wherever they are: passes over examples, the first of which are novel. Rates are a⁺ and a⁻, times λ while an example is
/// novel; each further pass divides them by λ once more when it comes to the same place, as the original does (spec section 6).
/// </summary>
public static class NamingLesson
{
    /// <summary>Teaches cells.</summary>
    /// <param name="cells">Cells that have a name for every number in <paramref name="names"/>; they are changed.</param>
    /// <param name="options">Rule, rates, novelty, number of iterations.</param>
    /// <param name="names">Number of each example's name.</param>
    /// <param name="activity">From the number of an example to the active steps of every feature; may give the same memory each time.</param>
    /// <param name="order">From the number of a pass, from 0, to the examples in the order in which they are shown.</param>
    /// <param name="spareOthers">Leaves the cells of other names than the shown one as they are, whatever the rule.</param>
    /// <param name="beforeEach">Called before each example, for instance to stop the lesson; or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static void Teach(
        ConceptCells cells,
        OneShotNamingOptions options,
        IReadOnlyList<int> names,
        Func<int, ReadOnlyMemory<byte>> activity,
        Func<int, IReadOnlyList<int>> order,
        bool spareOthers = false,
        Action? beforeEach = null)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(activity);
        ArgumentNullException.ThrowIfNull(order);
        options.Validate();
        double potentiation = options.NoveltyFactor * options.PotentiationRate, depression = options.NoveltyFactor * options.DepressionRate;
        for (int pass = 0; pass < options.NumberOfIterations; pass++)
        {
            int shown = 0;
            foreach (int example in order(pass))
            {
                beforeEach?.Invoke();
                if (shown++ == options.NovelExampleCount)
                {
                    potentiation /= options.NoveltyFactor;
                    depression /= options.NoveltyFactor;
                }
                cells.Show(activity(example).Span, names[example], potentiation, depression, options.Rule, spareOthers);
            }
        }
    }
}
