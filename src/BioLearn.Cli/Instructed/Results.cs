namespace BioLearn.Cli.Instructed;

/// <summary>One epoch of an instructed training.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean training loss, as met on the way.</param>
/// <param name="Accuracy">Share of right answers to each instruction, of test rows; while the training lasts, of some of them.</param>
/// <param name="Seconds">Wall time since the start.</param>
internal sealed record InstructedEpoch(int Epoch, double Loss, IReadOnlyList<double> Accuracy, double Seconds);

/// <summary>Another question asked than the one that is meant, of test rows whose two answers differ.</summary>
/// <param name="Asked">Share of answers that are right for the question that was asked.</param>
/// <param name="Meant">Share of answers that are right for the question that was meant.</param>
/// <param name="Count">How many were asked.</param>
internal sealed record WrongInstruction(double Asked, double Meant, int Count);

/// <summary>What was found when a network was tested.</summary>
internal sealed record Results
{
    /// <summary>Share of right answers to each instruction; NaN where no test row has it.</summary>
    public required IReadOnlyList<double> Accuracy { get; init; }

    /// <summary>Share of right answers to all questions of all test rows.</summary>
    public required double Average { get; init; }

    /// <summary>The same of rows that were learned from: a sample of them.</summary>
    public required double Training { get; init; }

    /// <summary>Questions asked of test rows.</summary>
    public required int Questions { get; init; }

    /// <summary>Share of the most frequent answer to each instruction among test rows: what one gets without looking.</summary>
    public required IReadOnlyList<double> Majority { get; init; }

    /// <summary>Null where rows have one question each.</summary>
    public WrongInstruction? Wrong { get; init; }

    /// <summary>Accuracy with as many units open in each layer, but others.</summary>
    public required IReadOnlyList<double> RandomGates { get; init; }

    /// <summary>Accuracy with all units open, which is to be asked nothing.</summary>
    public required IReadOnlyList<double> AllOpen { get; init; }

    /// <summary>Accuracy of a network that was taught one instruction alone, for each; null where none were.</summary>
    public IReadOnlyList<double>? Singles { get; init; }

    /// <summary>Whether each instruction has an output layer of its own, which controls of the gates leave in place.</summary>
    public required bool PerTask { get; init; }

    /// <summary>Weights and biases of the network, those of the task head and of the top-down network included.</summary>
    public required long Parameters { get; init; }

    public required GateTable Gates { get; init; }

    /// <summary>Questions of each instruction among them.</summary>
    public required IReadOnlyList<int> QuestionsOf { get; init; }

    /// <summary>
    /// The share over all questions that follows from the shares of the instructions: comparable with <see cref="Average"/>, which the mean of the instructions is not
    /// where one is asked more often than another.
    /// </summary>
    public double OverQuestions(IReadOnlyList<double> ofInstructions)
    {
        double right = 0, asked = 0;
        for (int i = 0; i < ofInstructions.Count; i++)
        {
            if (!double.IsFinite(ofInstructions[i]))
                continue;
            right += QuestionsOf[i] * ofInstructions[i];
            asked += QuestionsOf[i];
        }
        return right / asked;
    }

    /// <summary>What one gets without looking, over all questions.</summary>
    public double MostFrequent => OverQuestions(Majority);

    /// <summary>The mean over instructions that were asked.</summary>
    public static double Mean(IReadOnlyList<double> ofInstructions) => ofInstructions.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
