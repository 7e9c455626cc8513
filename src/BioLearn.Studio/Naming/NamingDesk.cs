using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Naming;

/// <summary>One person's lesson: what she has taught, the picture before her, and how often who was right.</summary>
internal sealed class NamingDesk(NamingRoom room, WorkLimit limit)
{
    /// <summary>Names that the first lesson has, before the questions begin.</summary>
    public const int FirstNames = 3;

    /// <summary>Most examples of a lesson.</summary>
    public const int MostExamples = 60;

    private const int LongestName = 40, MostAsked = 200, MostOwn = 24;

    private readonly List<Marked> _asked = [];
    private readonly List<ShownPicture> _own = [];
    private readonly Dictionary<string, IReadOnlyList<Recalled>> _recalled = new(StringComparer.Ordinal);

    /// <summary>Key of the network.</summary>
    public string Senses { get; private set; } = SpikingSenses.Name;

    /// <summary>The lesson; null before the network is loaded.</summary>
    public Lesson? Lesson { get; private set; }

    /// <summary>The picture before her.</summary>
    public ShownPicture? Current { get; private set; }

    /// <summary>What the cells say of it; null while the first names are being taught.</summary>
    public Answer? Answer { get; private set; }

    /// <summary>What teaching the last name did to the others.</summary>
    public Untouched? Untouched { get; private set; }

    /// <summary>From which share of what its own example gives a cell fires, in per cent.</summary>
    public int Fires { get; private set; }

    /// <summary>Whether pictures are named; until then they are examples.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>The pictures that were named, the last first.</summary>
    public IReadOnlyList<Marked> Asked => _asked;

    /// <summary>Pictures that she brought along.</summary>
    public IReadOnlyList<ShownPicture> Own => _own;

    /// <summary>What the cells recall, of those that were asked.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Recalled>> Recalled => _recalled;

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? WrongName(string? name) => (name?.Trim() ?? "") switch
    {
        "" => "Type the thing's name first.",
        { Length: > LongestName } long_ => $"This name has {long_.Length} characters; expected at most {LongestName}.",
        var word when !char.IsLetterOrDigit(word[0]) => "A name begins with a letter or a digit.",
        var word when word.Any(char.IsControl) => "A name has no line breaks.",
        _ => null,
    };

    /// <summary>Loads the network, and holds the lesson of a link.</summary>
    /// <returns>What could not be had, a sentence each.</returns>
    public async Task<IReadOnlyList<string>> OpenAsync(LessonLink link, CancellationToken closed)
    {
        List<string> problems = [];
        Senses = room.Choices.Any(choice => choice.Key == link.Senses) ? link.Senses! : Senses;
        Lesson = await limit.RunAsync(
            stop =>
            {
                var lesson = Lesson.Before(room.Senses(Senses));
                foreach (var (key, name) in link.Taught)
                {
                    stop.ThrowIfCancellationRequested();
                    if (room.Picture(key) is { } picture)
                        lesson = lesson.Teach(name, picture);
                    else
                        problems.Add($"The example of “{name}” is no longer at hand; teach it anew.");
                }
                return lesson;
            },
            closed);
        Fires = link.Fires ?? Lesson.Senses.UsualFires;
        IsAsking = Lesson.Names.Length >= FirstNames;
        if (link.Asked is { } asked && room.Picture(asked) is { } shown)
            await TakeAsync(shown, closed);
        return problems;
    }

    /// <summary>Puts a picture before the cells.</summary>
    public async Task TakeAsync(ShownPicture picture, CancellationToken closed)
    {
        if (picture is { IsBundled: false, Name: Sheet.FileName })
            picture = await limit.RunAsync(_ => Sheet.Cut(picture), closed);
        if (!picture.IsBundled && _own.TrueForAll(own => own.Key != picture.Key))
        {
            _own.Insert(0, picture);
            if (_own.Count > MostOwn)
                _own.RemoveAt(MostOwn);
        }
        (Current, Answer, Untouched) = (picture, null, null);
        await AskAsync(closed);
    }

    /// <summary>Teaches the current picture's name.</summary>
    /// <exception cref="LessonException">The name is none, or the picture teaches nothing.</exception>
    public async Task TeachAsync(string name, CancellationToken closed)
    {
        name = name.Trim();
        if (WrongName(name) is { } wrong)
            throw new LessonException(wrong);
        if (Current is not { } picture || Lesson is not { } before)
            throw new LessonException("Choose a picture first.");
        if (before.Examples.Length >= MostExamples)
            throw new LessonException($"A lesson has at most {MostExamples} examples.");
        if (before.Of(name).Any(example => example.Picture.Key == picture.Key))
            throw new LessonException($"This very picture is an example of “{name}” already.");
        (Lesson, Untouched) = await limit.RunAsync(
            _ =>
            {
                var after = before.Teach(name, picture);
                return (after, after.Compare(before));
            },
            closed);
        _recalled.Remove(name);
        if (!IsAsking)
            Current = null;
        IsAsking |= Lesson.Names.Length >= FirstNames;
        await AskAsync(closed, note: false);
    }

    /// <summary>Ends the first lesson early.</summary>
    public async Task AskNowAsync(CancellationToken closed)
    {
        IsAsking = true;
        await AskAsync(closed);
    }

    /// <summary>Holds the lesson anew without an example.</summary>
    public Task RemoveAsync(Example example, CancellationToken closed) => ChangeAsync(lesson => lesson.Without(example), closed);

    /// <summary>Gives a name another word.</summary>
    /// <exception cref="LessonException">The word is none, or another cell has it.</exception>
    public Task RenameAsync(string name, string word, CancellationToken closed)
    {
        word = word.Trim();
        if (WrongName(word) is { } wrong)
            throw new LessonException(wrong);
        if (word == name)
            return Task.CompletedTask;
        if (Lesson!.Names.Contains(word))
            throw new LessonException($"Another cell is called “{word}” already.");
        for (int i = 0; i < _asked.Count; i++)
        {
            if (_asked[i].Truth == name)
                _asked[i] = _asked[i] with { Truth = word };
            var answer = _asked[i].Answer;
            _asked[i] = _asked[i] with { Answer = answer with { Names = [.. answer.Names.Select(Word)], Svm = answer.Svm is { } svm ? Word(svm) : null } };
        }
        return ChangeAsync(lesson => lesson.Renamed(name, word), closed);

        string Word(string other) => other == name ? word : other;
    }

    /// <summary>Holds the lesson anew for cells that see through another network.</summary>
    public async Task SeeAsync(string key, CancellationToken closed)
    {
        var lesson = await limit.RunAsync(_ => Lesson!.Seen(room.Senses(key)), closed);
        (Senses, Fires) = (key, lesson.Senses.UsualFires);
        _asked.Clear();
        await ChangeAsync(_ => lesson, closed);
    }

    /// <summary>Sets from when a cell fires; answers that were given are read anew.</summary>
    public void SetFires(int percent)
    {
        Fires = Math.Clamp(percent, 0, 100);
        if (Lesson is not { } lesson)
            return;
        float threshold = lesson.Threshold(Fires / 100.0);
        Answer = Answer is null ? null : Answer with { Threshold = threshold };
        for (int i = 0; i < _asked.Count; i++)
            _asked[i] = _asked[i] with { Answer = _asked[i].Answer with { Threshold = threshold } };
    }

    /// <summary>Says what the current picture is: a name, or "" for none of them.</summary>
    public void Mark(string truth)
    {
        int place = _asked.FindIndex(one => ReferenceEquals(one.Answer.Picture, Current));
        if (place >= 0)
            _asked[place] = _asked[place] with { Truth = truth };
    }

    /// <summary>What the person said that the current picture is.</summary>
    public string? Truth => _asked.Find(one => ReferenceEquals(one.Answer.Picture, Current))?.Truth;

    /// <summary>Asks a name's cell what it recalls; asked again it is put away.</summary>
    public async Task RecallAsync(string name, CancellationToken closed)
    {
        if (_recalled.Remove(name))
            return;
        var lesson = Lesson!;
        _recalled[name] = await limit.RunAsync(_ => lesson.Recall(name), closed);
    }

    /// <summary>Begins anew; the pictures that were brought along stay.</summary>
    public void BeginAnew()
    {
        (Lesson, Current, Answer, Untouched, IsAsking) = (Lesson.Before(Lesson!.Senses), null, null, null, false);
        _asked.Clear();
        _recalled.Clear();
    }

    private async Task ChangeAsync(Func<Lesson, Lesson> change, CancellationToken closed)
    {
        var lesson = Lesson!;
        Lesson = await limit.RunAsync(_ => change(lesson), closed);
        Untouched = null;
        _recalled.Clear();
        IsAsking &= Lesson.Names.Length > 0;
        await AskAsync(closed, note: false);
    }

    private async Task AskAsync(CancellationToken closed, bool note = true)
    {
        if (!IsAsking || Current is not { } picture || Lesson is not { } lesson)
        {
            Answer = null;
            return;
        }
        double share = Fires / 100.0;
        var answer = await limit.RunAsync(_ => lesson.Ask(picture, share), closed);
        if (!ReferenceEquals(Current, picture))
            return;
        Answer = answer;
        if (!note)
            return;
        _asked.RemoveAll(one => one.Answer.Picture.Key == picture.Key);
        _asked.Insert(0, new(answer));
        if (_asked.Count > MostAsked)
            _asked.RemoveAt(MostAsked);
    }
}
