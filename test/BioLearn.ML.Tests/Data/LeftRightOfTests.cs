using System.Text.Json;
using BioLearn.Kernels.Random;
using BioLearn.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Data;

public sealed class LeftRightOfTests
{
    private static readonly string[] GivenLists = ["given_instructions", "more_than_two_digits"];

    public static TheoryData<string> Files => [.. FixtureFiles.Names("counterhebb", "left_right_of*.json")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Instructions_and_answers_are_those_of_the_original(string file)
    {
        JsonElement f = Read(file);
        JsonElement[] cases = [.. GivenLists.SelectMany(list => f.GetProperty(list).EnumerateArray()), .. f.GetProperty("equal_digits").GetProperty("cases").EnumerateArray()];
        Assert.NotEmpty(cases);
        foreach (JsonElement c in cases)
        {
            int[] row = Ints(c.GetProperty("digits_left_to_right"));
            LeftRightOf question = new(c.GetProperty("side").GetString() == "left of" ? Side.Left : Side.Right, c.GetProperty("named_digit").GetInt32());
            float[] expected = Floats(c.GetProperty("instruction"));
            Assert.Equal(expected, question.ToVector(expected.Length - 2));
            Assert.Equal(c.GetProperty("expected_answer").GetInt32(), question.Answer(row));
            Assert.Contains(question, LeftRightOf.All(row));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Draws_name_what_the_original_names(string file)
    {
        JsonElement f = Read(file);
        foreach (string list in (string[])["two_digits", "several_digits"])
        {
            JsonElement drawn = f.GetProperty("random_instructions").GetProperty(list);
            int[] sides = Ints(drawn.GetProperty("draw_side")), places = Ints(drawn.GetProperty("draw_position")), answers = Ints(drawn.GetProperty("expected_answer"));
            for (int i = 0; i < sides.Length; i++)
            {
                int[] row = Ints(drawn.GetProperty("labels")[i]);
                var question = LeftRightOf.At(row, (Side)sides[i], places[i]);
                float[] expected = Floats(drawn.GetProperty("instruction")[i]);
                Assert.Equal(expected, question.ToVector(expected.Length - 2));
                Assert.Equal(answers[i], question.Answer(row));
            }
        }
    }

    [Fact]
    public void Drawn_questions_have_an_answer_and_all_of_them_occur()
    {
        int[] row = [4, 7, 1];
        RandomStream stream = new(5, "questions");
        LeftRightOf[] drawn = [.. Enumerable.Range(0, 200).Select(_ => LeftRightOf.Draw(row, stream))];
        Assert.Equal(LeftRightOf.All(row).OrderBy(q => q.ToString()), drawn.Distinct().OrderBy(q => q.ToString()));
        Assert.Equal([(Side.Left, 7, 4), (Side.Left, 1, 7), (Side.Right, 4, 7), (Side.Right, 7, 1)], LeftRightOf.All(row).Select(q => (q.Side, q.Named, q.Answer(row))));
    }

    [Fact]
    public void Questions_without_an_answer_are_refused()
    {
        Assert.Contains("left of class 4", Assert.Throws<ArgumentException>(() => new LeftRightOf(Side.Left, 4).Answer([4, 7])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LeftRightOf(Side.Right, 3).Answer([4, 7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeftRightOf(Side.Right, 10).ToVector(10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeftRightOf(Side.Right, -1).ToVector(10));
    }

    [Fact]
    public void Rows_carry_the_question_as_a_vector()
    {
        MLContext ml = new();
        string folder = RepositoryFiles.Find("examples/data/fashion-mnist");
        string images = Path.Combine(folder, "t10k-images-idx3-ubyte.gz"), labels = Path.Combine(folder, "t10k-labels-idx1-ubyte.gz");
        IDataView rows = ml.Data.LoadLeftRightOf(images, labels, seed: 3, count: 30);
        MultiMnist set = MultiMnist.Compose(images, labels, 3, count: 30);
        Assert.Equal(12, ((VectorDataViewType)rows.Schema["Instruction"].Type).Size);
        float[][] instructions = [.. rows.GetColumn<float[]>("Instruction")];
        byte[] answers = [.. rows.GetColumn<byte>("Label")];
        Assert.Equal(60, answers.Length);
        for (int i = 0; i < 30; i++)
        {
            int left = set.Label(i, Side.Left), right = set.Label(i, Side.Right);
            Assert.Equal((left, right), (answers[2 * i], answers[(2 * i) + 1]));
            Assert.Equal(new LeftRightOf(Side.Left, right).ToVector(10), instructions[2 * i]);
            Assert.Equal(new LeftRightOf(Side.Right, left).ToVector(10), instructions[(2 * i) + 1]);
        }
    }

    private static JsonElement Read(string file) => FixtureFiles.Read(FixtureFiles.Find("counterhebb", file)[0]);

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetInt32())];

    private static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetSingle())];
}
