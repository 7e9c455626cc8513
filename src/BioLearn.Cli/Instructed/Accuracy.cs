using BioLearn.Cli.Instructed.Data;

namespace BioLearn.Cli.Instructed;

/// <summary>Counts right answers.</summary>
internal static class Accuracy
{
    /// <summary>Share of right answers to each instruction; NaN for one that no row is asked.</summary>
    public static double[] Of(InstructedModel model, InstructedData data, AskedRows rows, IReadOnlyList<AskedRow> asked) => Of(data, asked, [.. model.Ask(data, rows, asked).Select(answer => answer.Class)]);

    /// <summary>The same of answers that were given.</summary>
    public static double[] Of(InstructedData data, IReadOnlyList<AskedRow> asked, IReadOnlyList<int> answers)
    {
        int[] right = new int[data.Instructions.Count], count = new int[right.Length];
        for (int i = 0; i < asked.Count; i++)
        {
            count[asked[i].Question.Instruction]++;
            right[asked[i].Question.Instruction] += answers[i] == asked[i].Question.Answer ? 1 : 0;
        }
        return [.. right.Zip(count, (one, all) => all == 0 ? double.NaN : (double)one / all)];
    }

    /// <summary>Share of the most frequent answer to each instruction.</summary>
    public static double[] Majority(InstructedData data, IReadOnlyList<AskedRow> asked)
    {
        int[][] count = [.. data.Instructions.Select(_ => new int[data.Classes.Count])];
        foreach (var one in asked)
            count[one.Question.Instruction][one.Question.Answer]++;
        return [.. count.Select(answers => answers.Sum() == 0 ? double.NaN : answers.Max() / (double)answers.Sum())];
    }

    /// <summary>
    /// Each row asked another of its questions than the one that is meant, of those that have another answer; null where rows have one question each.
    /// </summary>
    /// <param name="model">Is asked.</param>
    /// <param name="data">The data.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="meant">Which of them, and what is meant.</param>
    public static WrongInstruction? Wrong(InstructedModel model, InstructedData data, AskedRows rows, IReadOnlyList<AskedRow> meant)
    {
        List<AskedRow> asked = [], kept = [];
        foreach (var one in meant)
        {
            var questions = rows.Questions(one.Row);
            int at = questions.Index().First(q => q.Item == one.Question).Index;
            // The next in turn whose answer differs.
            for (int k = 1; k < questions.Count; k++)
            {
                var other = questions[(at + k) % questions.Count];
                if (other.Answer == one.Question.Answer || other.Instruction == one.Question.Instruction)
                    continue;
                asked.Add(new(one.Row, other));
                kept.Add(one);
                break;
            }
        }
        if (asked.Count == 0)
            return null;
        int[] answers = [.. model.Ask(data, rows, asked).Select(answer => answer.Class)];
        return new(Share(asked), Share(kept), asked.Count);

        double Share(List<AskedRow> by) => answers.Zip(by).Count(pair => pair.First == pair.Second.Question.Answer) / (double)answers.Length;
    }
}
