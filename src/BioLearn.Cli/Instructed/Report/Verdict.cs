using System.Globalization;

namespace BioLearn.Cli.Instructed.Report;

/// <summary>The outcome in plain words.</summary>
internal sealed class Verdict(Results results, IReadOnlyList<string> instructions)
{
    // Answers to the question that was asked must be ahead of those to the one that was meant by more than chance explains.
    private const double Surely = .1;

    /// <summary>Null where no control takes the instruction away: with an output layer for each, other gates leave that of the instruction in place.</summary>
    public bool? InstructionDecides => results.Wrong is { } wrong
        ? wrong.Asked - wrong.Meant > Surely
        : results.PerTask ? null
        : results.Average - Math.Max(results.OverQuestions(results.RandomGates), results.MostFrequent) > Surely;

    public bool HasLearned => results.Average > results.MostFrequent + .02;

    public string Headline => (HasLearned, InstructionDecides) switch
    {
        (false, _) => "The network has not learned to answer: it is not better than guessing the most frequent answer",
        (true, true) => "One network answered the question that it was asked",
        (true, null) => "The network learned to answer, with an output layer for each instruction",
        _ => "The network learned to answer, but the instruction made little difference",
    };

    public IEnumerable<string> Answer
    {
        get
        {
            yield return instructions.Count == 2
                ? $"Asked \"{instructions[0]}\", it was right about {Percent(results.Accuracy[0])} of the test rows; asked \"{instructions[1]}\", about {Percent(results.Accuracy[1])}. The most frequent answer would be right about {Percent(results.MostFrequent)}."
                : $"It was right about {Percent(results.Average)} of {Count(results.Questions)} questions about rows that it had never seen, with {instructions.Count} instructions. The most frequent answer to each would be right about {Percent(results.MostFrequent)}.";
            if (results.Wrong is { } wrong)
                yield return $"When another question was asked than the one meant, its answers followed the question asked: right for that in {Percent(wrong.Asked)}, right for the one meant in {Percent(wrong.Meant)}, of {Count(wrong.Count)} cases in which the two answers differ.";
            double open = instructions.Select((_, i) => results.Gates.Open(i)).Average();
            yield return $"An instruction opens {Percent(open)} of the network's units on average. With as many other units open instead, {Percent(results.OverQuestions(results.RandomGates))} of the answers are right; with all open, {Percent(results.OverQuestions(results.AllOpen))}."
                + (results.PerTask ? " Each instruction has an output layer of its own, which stays in place then: these two figures say what the gates add, not whether the instruction decides." : "");
        }
    }

    public static string Percent(double share) => double.IsFinite(share) ? (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "–";

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
